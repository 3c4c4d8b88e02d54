import { html } from 'hono/html';
import type { DiffEntry } from '../payloads/descriptions.ts';
import type { Markup } from './layout.ts';

/** The files of a change, each with its diff. `edit`: where a file can be edited again; null: nowhere. */
export function changedFiles(
  files: readonly DiffEntry[],
  edit: (path: string) => string | null = () => null,
): Markup {
  return html`${files.map((file) => {
    const address = file.status === 'removed' ? null : edit(file.filename);
    return html`<section class="file" aria-label="${file.filename}">
      <h3>
        <code>${file.previous_filename ? `${file.previous_filename} → ` : ''}${file.filename}</code>
        <small>${file.status}, +${file.additions} −${file.deletions}</small>
        ${address === null ? '' : html`<a href="${address}" aria-label="Edit ${file.filename}">Edit</a>`}
      </h3>
      ${
        file.patch === undefined
          ? html`<p>GitHub shows no diff of this file.</p>`
          : html`<pre class="diff" tabindex="0">${file.patch.split('\n').map(line)}</pre>`
      }
    </section>`;
  })}`;
}

const kinds: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'place' };

function line(text: string): Markup {
  return html`<span class="${kinds[text.charAt(0)] ?? 'same'}">${`${text}\n`}</span>`;
}
