import { checkText, type CheckText } from './check-text.ts';
import { listed } from './markdown.ts';

/** A pull request with its two checks. */
export interface CheckedPull {
  readonly number: number;
  readonly checks: readonly CheckText[];
}

/**
 * Checks stand on commits, not on pull requests: where several open pull requests share a head, the worst result of each check is published,
 * and all of them are named.
 */
export function sharedChecks(unordered: readonly CheckedPull[]): readonly CheckText[] {
  const pulls = unordered.toSorted((a, b) => a.number - b.number);
  const [first, ...others] = pulls;
  if (!first || others.length === 0) return first?.checks ?? [];
  const numbers = listed(pulls.map(({ number }) => `#${number}`));
  return first.checks.map(({ name }) => {
    const worst = worstOf(pulls, name);
    const { fingerprint, ...check } = worst.check;
    const preface = `This commit is the head of ${numbers}. The worst result counts for all of them, and this is that of #${worst.number}.`;
    const title = `#${worst.number}: ${check.title}`;
    const summary = `${preface}\n\n${check.summary}`;
    return checkText({ ...check, title, summary }, { title, preface, fingerprint });
  });
}

/** The worst result of a check, the first of several. */
export function worstOf(
  pulls: readonly CheckedPull[],
  name: CheckText['name'],
): { readonly number: number; readonly check: CheckText } {
  const results = pulls.flatMap(({ number, checks }) =>
    checks.filter((check) => check.name === name).map((check) => ({ number, check })),
  );
  const [worst] = results.toSorted((a, b) => rank(a.check) - rank(b.check));
  if (!worst) throw new Error(`no pull request has the check ${name}`);
  return worst;
}

/** A failure before what still waits, that before a success. */
function rank({ conclusion }: CheckText): number {
  return conclusion === 'failure' ? 0 : conclusion === null ? 1 : 2;
}
