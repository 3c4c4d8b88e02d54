import { styleText } from 'node:util';
import { columns } from '../columns.ts';
import type { QueryAnswer } from '../stage/target.ts';
import type { Step } from './step.ts';

const faint = (text: string) => styleText('dim', text);
const strong = (text: string) => styleText('bold', text);
const good = (text: string) => styleText('green', text);
const bad = (text: string) => styleText('red', text);

export const opening = `${strong('Countersign: just-in-time access by pull request')}
What was approved is exactly what is granted, for exactly as long as it says, and git can prove it.

${faint('Starting a GitHub on this machine, the app, its database, and the orders database …')}

`;

export function ending(milliseconds: number): string {
  return `\n${strong('That was the life of one access request')} ${faint(`(${(milliseconds / 1000).toFixed(1)} s; the clock of the story was set forward)`)}
Next: README.md says how to set it up for an organization; docs/architecture.md, why to trust it.
`;
}

/** One step as a newcomer reads it: the story's time, what happened, and the evidence below. */
export function tell(step: Step): string {
  const [headline, ...details] = lines(step);
  const clock = faint(step.at.slice(11, 16));
  return `${clock}  ${strong(headline ?? '')}\n${details
    .flatMap((detail) => detail.split('\n'))
    .map((line) => `       ${line}\n`)
    .join('')}\n`;
}

function lines(step: Step): string[] {
  switch (step.step) {
    case 'violation': {
      const { file, line, column, code, message } = step.annotation;
      return [
        `mona opens pull request #${step.pull}: read-only on orders-db for 30 days`,
        `${bad('✗ access/policy')}  ${file}:${line}:${column}  ${code}`,
        ...message.split('\n').map((text) => `  ${text}`),
        faint(`  allowed: ${step.allowed.replace(/^- /gm, '').replaceAll('**', '')}`),
      ];
    }
    case 'corrected':
      return [
        'lars pushes a clearer reason to her branch; mona corrects the duration to 4h',
        `${good('✓ access/policy')}  ${step.grants}`,
        faint(`  must approve: ${step.approvers}`),
      ];
    case 'approval-refused':
      return [
        'Three approvals that do not count',
        ...step.reviews.map(({ by, reason }) => `${bad('✗')} @${by} ${reason}`),
        faint('… access/approval still waits'),
      ];
    case 'approved':
      return [
        `${step.by} owns the requests file and the policy, and approves`,
        good('✓ access/policy   ✓ access/approval'),
      ];
    case 'approval-voided':
      return [
        'mona changes the duration after the approval',
        `${bad('✗')} @${step.by} ${step.reason.replaceAll('`', '')}`,
        faint('… access/approval waits again'),
      ];
    case 'approved-again':
      return [`${step.by} approves what is asked now`, good('✓ access/policy   ✓ access/approval')];
    case 'merged':
      return [
        `mona merges #${step.pull}`,
        faint(`commit ${step.sha.slice(0, 7)} on main: decided again from the branch's real change`),
      ];
    case 'granted':
      return [
        `mona has access until ${step.until.slice(11, 16)}: GRANT orders_reader TO mona`,
        `before  ${answer(step.before)}`,
        `now     ${answer(step.query)}`,
      ];
    case 'expired':
      return ['The time is up', faint(`grant ${step.grant} ended ${step.expiresAt}`)];
    case 'revoked':
      return [
        `The access is gone, ${step.lagMilliseconds} ms after its end: REVOKE orders_reader FROM mona`,
        `now     ${answer(step.query)}`,
      ];
    case 'revert-opened':
      return [`Countersign opens #${step.pull}, which takes out exactly that entry`, ...diffLines(step.diff)];
    case 'revert-merged':
      return ['… and merges it', faint(`commit ${step.sha.slice(0, 7)} on main`)];
    case 'bypass-merged':
      return [
        `${step.by}, an administrator, merges #${step.pull} of nick without any approval`,
        faint(`commit ${step.sha.slice(0, 7)} on main`),
      ];
    case 'bypass-reverted':
      return [
        `Nothing is granted, and #${step.pull} takes the entry out again`,
        `${bad('✗')} ${step.reason}`,
      ];
    case 'audit-verified':
      return [
        'The audit log, every row of it found in git',
        ...columns(
          step.log.map(({ at, kind, subject }) => [at.slice(0, 16).replace('T', ' '), kind, subject]),
        )
          .trimEnd()
          .split('\n'),
        good(
          `✓ ${step.events} events, ${step.records} records on the branch countersign/records, no difference`,
        ),
      ];
  }
}

function answer(query: QueryAnswer): string {
  if (!query.allowed) return `${query.sql}  ${bad(`✗ ${query.error}`)}`;
  return `${query.sql}  ${good(`✓ ${query.rows.map((row) => Object.values(row).join(' ')).join(', ')}`)}`;
}

function diffLines(diff: string): string[] {
  return diff.split('\n').map((line) => {
    if (line.startsWith('-') && !line.startsWith('---')) return bad(line);
    return line.startsWith('+') ? good(line) : faint(line);
  });
}
