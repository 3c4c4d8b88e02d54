/** One message of PostgreSQL's protocol (https://www.postgresql.org/docs/current/protocol-message-formats.html). */
export interface Message {
  /** Its first byte; '' for what opens a connection, which has none. */
  readonly type: string;
  /** The statement that it asks for: of a Query or a Parse. */
  readonly sql: string | null;
  readonly bytes: Buffer;
}

/** Cuts a stream into messages. A client's first one, and no other, bears no type. */
export function messages(
  { startsUntyped }: { readonly startsUntyped: boolean },
  read: (message: Message) => void,
): (chunk: Buffer) => void {
  let left = Buffer.alloc(0);
  let untyped = startsUntyped;
  return (chunk) => {
    left = Buffer.concat([left, chunk]);
    for (;;) {
      const header = untyped ? 0 : 1;
      if (left.length < header + 4) return;
      // The length counts itself, and not the type.
      const length = header + left.readUInt32BE(header);
      if (left.length < length) return;
      const bytes = left.subarray(0, length);
      left = left.subarray(length);
      const type = untyped ? '' : String.fromCharCode(bytes[0] ?? 0);
      untyped = false;
      read({ type, sql: statementIn(type, bytes), bytes });
    }
  };
}

function statementIn(type: string, bytes: Buffer): string | null {
  if (type === 'Q') return textAt(bytes, 5).text;
  // The name of the prepared statement comes first.
  if (type === 'P') return textAt(bytes, textAt(bytes, 5).end).text;
  return null;
}

/** A text that ends with a zero byte, and where what follows it begins. */
function textAt(bytes: Buffer, start: number): { readonly text: string; readonly end: number } {
  const zero = bytes.indexOf(0, start);
  return { text: bytes.toString('utf8', start, zero), end: zero + 1 };
}
