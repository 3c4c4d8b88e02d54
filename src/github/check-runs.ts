import type { CheckText } from '../messages/check-text.ts';
import { named, type RequestsRepository } from './requests-repository.ts';

/** GitHub takes at most so many annotations in one request, and appends those of the next. */
const annotationsPerRequest = 50;

/**
 * Publishes a check on a commit. A run of ours that stands there already is updated rather than doubled; one that says the same is left
 * alone; one that concluded is followed by a fresh run, since annotations can only be added to.
 */
export async function publishCheck(
  repository: RequestsRepository,
  headSha: string,
  check: CheckText,
): Promise<void> {
  const { rest } = repository.octokit;
  const { data } = await rest.checks.listForRef({
    ...named(repository),
    ref: headSha,
    check_name: check.name,
    app_id: repository.appId,
    filter: 'latest',
  });
  const [standing] = data.check_runs;
  if (standing?.external_id === check.fingerprint) return;

  const [first = [], ...more] = inGroups(check.annotations, annotationsPerRequest);
  const verdict =
    check.conclusion === null
      ? ({ status: 'in_progress' } as const)
      : ({ status: 'completed', conclusion: check.conclusion } as const);
  const { title, summary } = check;
  const content = {
    ...named(repository),
    external_id: check.fingerprint,
    output: { title, summary, text: check.text, annotations: first },
  };
  const reusable = standing && standing.status !== 'completed';
  const run = reusable
    ? await rest.checks.update({ ...content, ...verdict, check_run_id: standing.id })
    : await rest.checks.create({ ...content, ...verdict, name: check.name, head_sha: headSha });
  for (const annotations of more)
    await rest.checks.update({
      ...named(repository),
      check_run_id: run.data.id,
      output: { title, summary, annotations },
    });
}

function inGroups<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
