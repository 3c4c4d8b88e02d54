import type { Stage } from '../stage/stage.ts';
import { expectThat, type Evidence } from './step.ts';

/** A check run as the sandbox has it, as far as the story looks at it. */
export interface CheckEvidence {
  readonly status: string;
  readonly conclusion: string | null;
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly Evidence['violation']['annotation'][];
}

/** Asks the sandbox as a reader of the repository would, and takes nothing but its answer. */
async function read<Data>(stage: Stage, path: string): Promise<Data> {
  const { status, data } = await stage.world
    .person('petra')
    .request('GET', `/repos/${stage.world.repository.fullName}${path}`);
  expectThat(status === 200, `GET ${path} is answered`, data);
  return data as Data;
}

interface CheckRunJson {
  readonly id: number;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string; readonly summary: string };
}

interface AnnotationJson {
  readonly path: string;
  readonly start_line: number;
  readonly start_column: number;
  readonly title: string;
  readonly message: string;
}

export async function checkOn(stage: Stage, sha: string, name: string): Promise<CheckEvidence> {
  const { check_runs: runs } = await read<{ check_runs: CheckRunJson[] }>(
    stage,
    `/commits/${sha}/check-runs?check_name=${name}`,
  );
  const [run] = runs;
  expectThat(run !== undefined, `${name} stands on ${sha}`);
  const annotations = await read<AnnotationJson[]>(stage, `/check-runs/${run.id}/annotations`);
  return {
    status: run.status,
    conclusion: run.conclusion,
    ...run.output,
    annotations: annotations.map(({ path, start_line, start_column, title, message }) => ({
      file: path,
      line: start_line,
      column: start_column,
      code: title,
      message,
    })),
  };
}

export async function conclusions(stage: Stage, sha: string): Promise<(string | null)[]> {
  const { check_runs: runs } = await read<{ check_runs: CheckRunJson[] }>(
    stage,
    `/commits/${sha}/check-runs`,
  );
  return runs.map(({ conclusion }) => conclusion);
}

/** What the check says of the reviews that do not count. */
export function refusedReviews({ summary }: CheckEvidence): { by: string; reason: string }[] {
  const [, section = ''] = summary.split('### Reviews that do not count\n\n');
  return [...section.matchAll(/^- @(\S+) (.*)$/gm)].map(([, by = '', reason = '']) => ({ by, reason }));
}

interface PullJson {
  readonly number: number;
  readonly created_at: string;
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
  readonly head: { readonly ref: string };
}

export interface RevertEvidence {
  readonly number: number;
  readonly createdAt: string;
  readonly mergedAt: string | null;
  readonly mergedSha: string | null;
  readonly diff: string;
}

/** The app's revert pull requests, the oldest first, each with its diff. */
export async function reverts(stage: Stage): Promise<RevertEvidence[]> {
  const pulls = await read<PullJson[]>(stage, '/pulls?state=all&direction=asc');
  const ours = pulls.filter(({ head }) => head.ref.startsWith('countersign/revert-'));
  return Promise.all(
    ours.map(async ({ number, created_at, merged_at, merge_commit_sha }) => ({
      number,
      createdAt: created_at,
      mergedAt: merged_at,
      mergedSha: merge_commit_sha,
      diff: (await read<{ filename: string; patch: string }[]>(stage, `/pulls/${number}/files`))
        .map(({ filename, patch }) => `--- ${filename}\n${patch}`)
        .join('\n'),
    })),
  );
}
