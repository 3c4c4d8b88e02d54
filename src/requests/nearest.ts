/** How many letters must be inserted, removed, replaced or swapped with their neighbour to make one word of another. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const steps = [(row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1)];
      if (i > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps.push((before[j - 2] ?? 0) + 1);
      next.push(Math.min(...steps));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The known name that is most likely meant, or `undefined` where none is near: a third of the letters may differ. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 3));
  const wanted = name.slice(0, 100).toLowerCase().replaceAll('_', '-');
  return [...known]
    .map((candidate) => ({
      candidate,
      steps: distance(wanted, candidate.toLowerCase().replaceAll('_', '-')),
    }))
    .filter(({ steps }) => steps <= limit)
    .toSorted((a, b) => a.steps - b.steps)[0]?.candidate;
}

/** What to do about an unknown name: the nearest known one, or else all of them. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const names = [...known].toSorted();
  const near = nearest(name, names);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  return names.length > 0
    ? `Use one of ${names.map((other) => `\`${other}\``).join(', ')}.`
    : 'None is known here.';
}
