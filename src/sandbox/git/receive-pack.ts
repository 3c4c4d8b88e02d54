import type { GitRepository } from './repository.ts';

/** One ref that a push moves, makes (`before` null) or deletes (`after` null). */
export interface RefCommand {
  ref: string;
  before: string | null;
  after: string | null;
}

/** The body of a push, by gitprotocol-pack(5). */
export interface ReceivePack {
  commands: RefCommand[];
  capabilities: string[];
  /** Empty where the push only deletes. */
  pack: Buffer;
}

/** What a push came to, ref by ref; `failure` in the words that git prints in brackets. */
export interface ReceiveReport {
  /** `ok`, or why the pack could not be stored. */
  unpack: string;
  refs: { ref: string; failure?: string }[];
  /** Lines that git shows as `remote: …`. */
  messages: string[];
}

const NO_OBJECT = '0'.repeat(40);
const LONGEST_BAND = 65_515;

/** Throws on a body that is no push. */
export function parseReceivePack(body: Buffer): ReceivePack {
  const commands: RefCommand[] = [];
  let capabilities: string[] = [];
  let at = 0;
  for (;;) {
    const length = Number.parseInt(body.subarray(at, at + 4).toString(), 16);
    if (length === 0) return { commands, capabilities, pack: body.subarray(at + 4) };
    if (!(length > 4) || at + length > body.length) throw new Error('this is no body of git-receive-pack');
    const [line = '', listed] = body
      .subarray(at + 4, at + length)
      .toString()
      .replace(/\n$/, '')
      .split('\0');
    if (listed !== undefined) capabilities = listed.trim().split(' ');
    const [, before, after, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) (.+)$/.exec(line) ?? [];
    // A client with a shallow clone says so in lines of another form.
    if (before !== undefined && after !== undefined && ref !== undefined)
      commands.push({ ref, before: orNull(before), after: orNull(after) });
    at += length;
  }
}

function orNull(sha: string): string | null {
  return sha === NO_OBJECT ? null : sha;
}

/** Stores a pack's objects after checking each of them and what they point at. `ok`, or why not. */
export async function unpack(git: GitRepository, pack: Buffer): Promise<string> {
  if (pack.length === 0) return 'ok';
  try {
    await git.run(['index-pack', '--stdin', '--fix-thin', '--strict'], pack);
    return 'ok';
  } catch {
    return 'index-pack abnormal exit';
  }
}

/** The answer to a push, as the client asked for it. */
export function formatReport(
  { unpack: unpacked, refs, messages }: ReceiveReport,
  capabilities: readonly string[],
): Buffer {
  const report = !capabilities.some((name) => name.startsWith('report-status'))
    ? Buffer.alloc(0)
    : Buffer.concat([
        packet(`unpack ${unpacked}\n`),
        ...refs.map(({ ref, failure }) => packet(failure ? `ng ${ref} ${failure}\n` : `ok ${ref}\n`)),
        Buffer.from('0000'),
      ]);
  if (!capabilities.includes('side-band-64k')) return report;
  const spoken = messages.map((line) => band(2, Buffer.from(`${line}\n`)));
  return Buffer.concat([...spoken, ...chunks(report).map((chunk) => band(1, chunk)), Buffer.from('0000')]);
}

function chunks(content: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += LONGEST_BAND)
    parts.push(content.subarray(at, at + LONGEST_BAND));
  return parts;
}

function band(number: number, content: Buffer): Buffer {
  return packet(Buffer.concat([Buffer.from([number]), content]));
}

function packet(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
}
