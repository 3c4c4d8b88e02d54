/** An instant as GitHub writes it: whole seconds, UTC. */
export function instant(date: Date): string;
export function instant(date: Date | null): string | null;
export function instant(date: Date | null): string | null {
  return date && `${date.toISOString().slice(0, 19)}Z`;
}
