import type { Annotation, CheckText } from '../messages/check-text.ts';
import type { Instant } from '../requests/instant.ts';
import { ask } from './graphql.ts';
import type { RequestsRepository } from './requests-repository.ts';

/** GitHub appends the annotations of a request to those before, and takes at most so many in one. */
const annotationsPerRequest = 50;

/** In milliseconds. */
const freshFor = 12 * 24 * 60 * 60_000;

/** In the place of the fingerprint until the last annotation is there: what was left at that is not taken for what it should say. */
const unfinished = 'unfinished';

export type CheckRun = Awaited<
  ReturnType<RequestsRepository['octokit']['rest']['checks']['listForRef']>
>['data']['check_runs'][number];

/** Every check run of the app's own on a commit, whatever became of it. */
export async function readRuns(
  { octokit, appId, owner, repo }: RequestsRepository,
  headSha: string,
): Promise<CheckRun[]> {
  return octokit.paginate(octokit.rest.checks.listForRef, {
    owner,
    repo,
    ref: headSha,
    app_id: appId,
    filter: 'all',
    per_page: 100,
  });
}

/**
 * Publishes checks on a commit, all in one call; `runs`: those that stand there. One that stands is updated rather than doubled; one that says the same is left
 * alone; one that concluded, or has annotations, which can only be added to, is followed by a fresh run.
 */
export async function publishChecks(
  repository: RequestsRepository,
  headSha: string,
  checks: readonly CheckText[],
  runs: readonly CheckRun[],
  now: Instant,
): Promise<void> {
  const due = checks.flatMap((check) => {
    const newest = newestOf(runs.filter(({ name }) => name === check.name));
    const standing = newest && isFresh(newest, now) ? newest : undefined;
    return standing?.external_id === externalId(check) ? [] : [{ check, standing }];
  });
  const firsts = due.map(({ check, standing }): Write => {
    const [first, ...more] = annotationsOf(check);
    const input = {
      ...inputOf(repository, check, first, more.length === 0),
      ...(check.conclusion === null
        ? { status: 'IN_PROGRESS' }
        : { status: 'COMPLETED', conclusion: check.conclusion.toUpperCase() }),
    };
    return standing?.status !== 'completed' && standing?.output.annotations_count === 0
      ? { mutation: 'updateCheckRun', input: { ...input, checkRunId: standing.node_id } }
      : { mutation: 'createCheckRun', input: { ...input, name: check.name, headSha } };
  });
  const ids = await write(repository, firsts);
  for (const [nth, { check }] of due.entries()) {
    const [, ...more] = annotationsOf(check);
    for (const [index, annotations] of more.entries()) {
      const input = inputOf(repository, check, annotations, index === more.length - 1);
      await write(repository, [{ mutation: 'updateCheckRun', input: { ...input, checkRunId: ids[nth] } }]);
    }
  }
}

interface Write {
  readonly mutation: 'createCheckRun' | 'updateCheckRun';
  readonly input: object;
}

/** Writes check runs one after the other in one call, and gives their ids. */
async function write(repository: RequestsRepository, writes: readonly Write[]): Promise<string[]> {
  if (writes.length === 0) return [];
  const declared = writes.map(
    ({ mutation }, nth) =>
      `$input${nth}: ${mutation === 'createCheckRun' ? 'Create' : 'Update'}CheckRunInput!`,
  );
  const fields = writes.map(
    ({ mutation }, nth) => `run${nth}: ${mutation}(input: $input${nth}) { checkRun { id } }`,
  );
  const answer = await ask<Readonly<Record<string, { readonly checkRun: { readonly id: string } | null }>>>(
    repository,
    `mutation (${declared.join(', ')}) { ${fields.join('\n')} }`,
    Object.fromEntries(writes.map(({ input }, nth) => [`input${nth}`, input])),
  );
  return writes.map((_, nth) => {
    const id = answer[`run${nth}`]?.checkRun?.id;
    if (id === undefined) throw new Error('GitHub does not say which check run it wrote: look again');
    return id;
  });
}

/** `isLast`: with these annotations the check says all that it should. */
function inputOf(
  { nodeId }: RequestsRepository,
  check: CheckText,
  annotations: readonly Annotation[],
  isLast: boolean,
) {
  const { title, summary, text } = check;
  return {
    repositoryId: nodeId,
    externalId: isLast ? externalId(check) : unfinished,
    output: { title, summary, text, annotations: annotations.map(annotationInput) },
  };
}

function annotationInput(annotation: Annotation) {
  return {
    path: annotation.path,
    location: {
      startLine: annotation.start_line,
      endLine: annotation.end_line,
      startColumn: annotation.start_column,
      endColumn: annotation.end_column,
    },
    annotationLevel: annotation.annotation_level.toUpperCase(),
    title: annotation.title,
    message: annotation.message,
  };
}

/** What a run is found again by, and what it was published for. */
function externalId({ fingerprint, digest }: CheckText): string {
  return digest === null ? fingerprint : `${fingerprint} ${digest}`;
}

/**
 * The digest that `access/policy` showed at an instant on the commit that these runs stand on, by GitHub's own record and clock: whoever looked at it
 * then could see nothing else. `null`: none stood there yet.
 */
export function digestShown(runs: readonly CheckRun[], at: Instant): string | null {
  const shownAt = ({ completed_at, started_at }: CheckRun) => Date.parse(completed_at ?? started_at ?? '');
  const [shown] = runs
    .filter((run) => run.name === 'access/policy' && shownAt(run) <= at)
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

function annotationsOf({ annotations }: CheckText): [first: Annotation[], ...more: Annotation[][]] {
  return inGroups(annotations, annotationsPerRequest);
}

function inGroups<T>(list: readonly T[], size: number): [first: T[], ...more: T[][]] {
  const first = list.slice(0, size);
  return list.length <= size ? [first] : [first, ...inGroups(list.slice(size), size)];
}
