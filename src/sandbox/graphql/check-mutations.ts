import { createCheckRun, updateCheckRun, type CheckRunInput } from '../actions/check-runs.ts';
import type { App } from '../model/app.ts';
import type { CheckRun } from '../model/check.ts';
import type { SizeLimits } from '../model/limits.ts';
import type { Repository } from '../model/repository.ts';
import { mayWrite, refused, unheeded, type Asker } from './asker.ts';
import { runContext } from './check-fields.ts';
import { checkRunOf, repositoryOf } from './nodes.ts';
import type { Fields } from './sources.ts';

interface RunInput {
  clientMutationId?: string | null;
  repositoryId: string;
  name?: string | null;
  status?: string | null;
  conclusion?: string | null;
  externalId?: string | null;
  detailsUrl?: string | null;
  startedAt?: string | null;
  completedAt?: string | null;
  actions?: unknown[] | null;
  output?: OutputInput | null;
}

interface OutputInput {
  title: string;
  summary: string;
  text?: string | null;
  annotations?: AnnotationInput[] | null;
  images?: unknown[] | null;
}

interface AnnotationInput {
  path: string;
  location: {
    startLine: number;
    endLine: number;
    startColumn?: number | null;
    endColumn?: number | null;
  };
  annotationLevel: string;
  message: string;
  title?: string | null;
  rawDetails?: string | null;
}

/** Check runs are made and updated by apps alone, each its own. */
export const checkMutations = {
  async createCheckRun(
    _root,
    { input }: { input: RunInput & { name: string; headSha: string } },
    asker: Asker,
  ) {
    const { repository, app } = byApp(asker, 'createCheckRun', input);
    const sha = await repository.git.commitSha(input.headSha);
    if (sha !== input.headSha) throw refused('UNPROCESSABLE', `No commit found for SHA: ${input.headSha}`);
    const read = inputOf(input, asker.github.limits);
    const run = await createCheckRun(asker.github, repository, app, sha, { ...read, name: input.name });
    return answer(input, repository, run);
  },
  async updateCheckRun(_root, { input }: { input: RunInput & { checkRunId: string } }, asker: Asker) {
    const { repository, app } = byApp(asker, 'updateCheckRun', input);
    const run = checkRunOf(repository, input.checkRunId);
    if (run.suite.app !== app)
      throw refused('FORBIDDEN', 'Check run can only be modified by the GitHub App that created it.');
    await updateCheckRun(asker.github, repository, run, inputOf(input, asker.github.limits));
    return answer(input, repository, run);
  },
} satisfies Fields<unknown>;

function byApp(asker: Asker, mutation: string, input: RunInput): { repository: Repository; app: App } {
  const { repository } = repositoryOf(asker, input.repositoryId);
  const { app } = mayWrite(asker, repository, { mutation, permission: 'checks', level: 'admin' });
  if (!app) throw refused('FORBIDDEN', 'You must authenticate via a GitHub App.');
  return { repository, app };
}

function answer({ clientMutationId }: RunInput, repository: Repository, run: CheckRun) {
  return { clientMutationId: clientMutationId ?? null, checkRun: runContext(repository, run) };
}

function inputOf(input: RunInput, limits: SizeLimits): CheckRunInput {
  unheeded(input, 'actions');
  const { output } = input;
  const status = input.status?.toLowerCase();
  if (status === 'pending' || status === 'waiting')
    throw refused('UNPROCESSABLE', `The sandbox knows no check run that is ${status}`);
  if (status === 'completed' && !input.conclusion)
    throw refused('UNPROCESSABLE', "conclusion wasn't supplied");
  return {
    name: input.name ?? undefined,
    status: status as CheckRunInput['status'],
    conclusion: input.conclusion?.toLowerCase() as CheckRunInput['conclusion'],
    externalId: input.externalId ?? undefined,
    detailsUrl: input.detailsUrl ?? undefined,
    startedAt: input.startedAt ? new Date(input.startedAt) : undefined,
    completedAt: input.completedAt ? new Date(input.completedAt) : undefined,
    output: output ? outputOf(output, limits) : undefined,
  };
}

/** The same limits as REST has. */
function outputOf(output: OutputInput, limits: SizeLimits): NonNullable<CheckRunInput['output']> {
  unheeded(output, 'images');
  const { title, summary, text, annotations } = output;
  const longest = Math.max(summary.length, text?.length ?? 0);
  if (longest > limits.checkText)
    throw refused(
      'UNPROCESSABLE',
      `Only ${limits.checkText} characters are allowed; ${longest} were supplied.`,
    );
  const given = annotations ?? [];
  if (given.length > limits.annotations)
    throw refused(
      'UNPROCESSABLE',
      `No more than ${limits.annotations} items are allowed; ${given.length} were supplied.`,
    );
  return { title, summary, text: text ?? undefined, annotations: given.map(annotationOf) };
}

function annotationOf({ location, annotationLevel, ...rest }: AnnotationInput) {
  const { startLine, endLine, startColumn, endColumn } = location;
  if (startLine !== endLine && (startColumn ?? endColumn ?? null) !== null)
    throw refused('UNPROCESSABLE', 'columns are for annotations of one line');
  return {
    path: rest.path,
    message: rest.message,
    title: rest.title ?? null,
    rawDetails: rest.rawDetails ?? null,
    startLine,
    endLine,
    startColumn: startColumn ?? null,
    endColumn: endColumn ?? null,
    level: annotationLevel.toLowerCase() as 'notice' | 'warning' | 'failure',
  };
}
