import { html } from 'hono/html';
import type { CheckRun as Run } from '../model/check.ts';
import { repositoryByName, type GitHub } from '../model/github.ts';
import type { Annotation, CheckRun, Status } from '../payloads/descriptions.ts';
import type { Markup } from './layout.ts';
import { markdown } from './markdown.ts';
import type { Visitor } from './visitor.ts';

/** The commit whose checks are shown, and the page of the pull request that shows them. */
interface Place {
  readonly repository: string;
  readonly sha: string;
  readonly at: string;
}

/** What apps say of a commit: check runs with their words, annotations and buttons, and commit statuses. */
export async function checksSection(visitor: Visitor, github: GitHub, place: Place): Promise<Markup> {
  const base = `/repos/${place.repository}`;
  const [{ check_runs: runs }, { statuses }] = await Promise.all([
    visitor.read<{ check_runs: CheckRun[] }>(`${base}/commits/${place.sha}/check-runs?per_page=100`),
    visitor.read<{ statuses: Status[] }>(`${base}/commits/${place.sha}/status`),
  ]);
  const annotated = await Promise.all(
    runs.map(async (run) => ({
      run,
      annotations:
        run.output.annotations_count > 0
          ? await visitor.readAll<Annotation>(`${base}/check-runs/${run.id}/annotations`)
          : [],
      actions: actionsOf(github, place, run.id),
    })),
  );
  return html`<section aria-labelledby="checks">
    <h2 id="checks">Checks</h2>
    ${
      runs.length + statuses.length === 0
        ? html`<p>No app has said anything about this commit yet. <a href="${place.at}">Look again</a></p>`
        : ''
    }
    ${annotated
      .toSorted((one, other) => (one.run.name < other.run.name ? 1 : -1))
      .map(({ run, annotations, actions }) => check(place.at, run, annotations, actions))}
    ${statuses.map(
      ({ context, state, description }) =>
        html`<article class="panel"><strong>${context}</strong> ${mark(state)} ${description}</article>`,
    )}
  </section>`;
}

/** The buttons of a check run: GitHub shows them, and its API does not tell of them. */
function actionsOf(github: GitHub, { repository }: Place, id: number): Run['actions'] {
  const [owner = '', name = ''] = repository.split('/');
  const run = repositoryByName(github, owner, name)?.checkRuns.find((one) => one.id === id);
  return run?.actions ?? [];
}

function check(
  at: string,
  run: CheckRun,
  annotations: readonly Annotation[],
  actions: Run['actions'],
): Markup {
  const { title, summary, text } = run.output;
  return html`<article class="panel" aria-label="${run.name}">
    <h3>${run.name} ${mark(run.conclusion ?? run.status)}</h3>
    ${title ? html`<p><strong>${title}</strong></p>` : ''}
    <details ${run.conclusion === 'success' ? '' : 'open'}>
      <summary>What it says</summary>
      ${markdown(summary)} ${text ? markdown(text) : ''}
      ${annotations.map(
        (annotation) =>
          html`<div class="panel">
            <code
              >${annotation.path}:${annotation.start_line}${annotation.start_column ? `:${annotation.start_column}` : ''}</code
            >
            <strong>${annotation.annotation_level}</strong> ${annotation.title}
            <div class="markdown"><p>${annotation.message}</p></div>
          </div>`,
      )}
    </details>
    <form class="row" method="post" action="${at}/checks/${run.id}">
      ${actions.map(
        ({ label, description, identifier }) =>
          html`<button name="action" value="${identifier}" title="${description}">${label}</button>`,
      )}
      <button aria-label="Re-run ${run.name}">Re-run</button>
    </form>
  </article>`;
}

function mark(result: string): Markup {
  if (['success', 'neutral', 'skipped'].includes(result)) return html`<span class="good">✓ ${result}</span>`;
  if (['queued', 'in_progress', 'pending'].includes(result))
    return html`<span class="wait">● ${result.replace('_', ' ')}</span>`;
  return html`<span class="bad">✗ ${result.replace('_', ' ')}</span>`;
}
