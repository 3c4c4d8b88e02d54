import type { Annotation, CheckText } from '../messages/check-text.ts';
import type { Instant } from '../requests/instant.ts';
import { named, type RequestsRepository } from './requests-repository.ts';

/** GitHub takes at most so many annotations in one request, and appends those of the next. */
const annotationsPerRequest = 50;

/** In milliseconds. */
const freshFor = 12 * 24 * 60 * 60_000;

/** In the place of the fingerprint until the last annotation is there: what was left at that is not taken for what it should say. */
const unfinished = 'unfinished';

type CheckRun = Awaited<
  ReturnType<RequestsRepository['octokit']['rest']['checks']['listForRef']>
>['data']['check_runs'][number];

/**
 * Publishes checks on a commit. A run of ours that stands there already is updated rather than doubled; one that says the same is left
 * alone; one that concluded, or has annotations, which can only be added to, is followed by a fresh run.
 */
export async function publishChecks(
  repository: RequestsRepository,
  headSha: string,
  checks: readonly CheckText[],
  now: Instant,
): Promise<void> {
  const { data } = await repository.octokit.rest.checks.listForRef({
    ...named(repository),
    ref: headSha,
    app_id: repository.appId,
    filter: 'latest',
    per_page: 100,
  });
  for (const check of checks) {
    const newest = newestOf(data.check_runs.filter(({ name }) => name === check.name));
    const standing = newest && isFresh(newest, now) ? newest : undefined;
    if (standing?.external_id !== externalId(check)) await publish(repository, headSha, check, standing);
  }
}

async function publish(
  repository: RequestsRepository,
  headSha: string,
  check: CheckText,
  standing: CheckRun | undefined,
): Promise<void> {
  const { rest } = repository.octokit;
  const { title, summary, text } = check;
  const [first, ...more] = inGroups(check.annotations, annotationsPerRequest);
  const content = (annotations: Annotation[], isLast: boolean) => ({
    ...named(repository),
    external_id: isLast ? externalId(check) : unfinished,
    output: { title, summary, text, annotations },
  });
  const verdict =
    check.conclusion === null
      ? ({ status: 'in_progress' } as const)
      : ({ status: 'completed', conclusion: check.conclusion } as const);
  const all = { ...content(first, more.length === 0), ...verdict };
  const reusable = standing?.status !== 'completed' && standing?.output.annotations_count === 0;
  const run = reusable
    ? await rest.checks.update({ ...all, check_run_id: standing.id })
    : await rest.checks.create({ ...all, name: check.name, head_sha: headSha });
  for (const [index, annotations] of more.entries())
    await rest.checks.update({
      ...content(annotations, index === more.length - 1),
      check_run_id: run.data.id,
    });
}

/** What a run is found again by, and what it was published for. */
function externalId({ fingerprint, digest }: CheckText): string {
  return digest === null ? fingerprint : `${fingerprint} ${digest}`;
}

/**
 * The digest that `access/policy` showed on a commit at an instant, by GitHub's own record and clock: whoever looked at it then could see nothing else.
 * `null`: none stood there yet.
 */
export async function readPublishedDigest(
  repository: RequestsRepository,
  headSha: string,
  at: Instant,
): Promise<string | null> {
  const { octokit, appId } = repository;
  const runs = await octokit.paginate(octokit.rest.checks.listForRef, {
    ...named(repository),
    ref: headSha,
    check_name: 'access/policy',
    app_id: appId,
    filter: 'all',
    per_page: 100,
  });
  const shownAt = ({ completed_at, started_at }: CheckRun) => Date.parse(completed_at ?? started_at ?? '');
  const [shown] = runs
    .filter((run) => shownAt(run) <= at)
    .toSorted((a, b) => shownAt(b) - shownAt(a) || b.id - a.id);
  return shown?.external_id?.split(' ')[1] ?? null;
}

/**
 * GitHub lets a check that is still in progress go stale after 14 days (https://docs.github.com/en/rest/checks/runs); then it says nothing any more.
 * One that will is followed by another.
 */
function isFresh({ status, conclusion, started_at }: CheckRun, now: Instant): boolean {
  if (status === 'completed') return `${conclusion}` !== 'stale';
  return started_at === null || now - Date.parse(started_at) < freshFor;
}

function newestOf<Run extends { readonly id: number }>(runs: readonly Run[]): Run | undefined {
  return runs.toSorted((a, b) => b.id - a.id)[0];
}

function inGroups<T>(list: readonly T[], size: number): [first: T[], ...more: T[][]] {
  const first = list.slice(0, size);
  return list.length <= size ? [first] : [first, ...inGroups(list.slice(size), size)];
}
