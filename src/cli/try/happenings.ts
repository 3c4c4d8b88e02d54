import type { AuditEvent } from '../../audit/event.ts';
import type { Delivery } from '../../sandbox/start.ts';

/** What the lines need of GitHub's payloads. */
interface Payload {
  readonly sender?: { readonly login: string };
  readonly pull_request?: {
    readonly number: number;
    readonly title: string;
    readonly merged?: boolean;
  };
  readonly review?: { readonly state: string };
  readonly check_run?: {
    readonly name: string;
    readonly status: string;
    readonly conclusion: string | null;
    readonly output: { readonly title: string | null };
  };
}

/** What a webhook tells of, in a line; nothing where it is of no interest to people. */
export function toldByGitHub({ event, action, payload }: Delivery): string[] {
  const { sender, pull_request: pull, review, check_run: check } = payload as Payload;
  const who = sender?.login ?? 'somebody';
  switch (`${event}.${action}`) {
    case 'pull_request.opened':
      return pull ? [`${who} opens #${pull.number}: ${pull.title}`] : [];
    case 'pull_request.synchronize':
      return pull ? [`${who} pushes to #${pull.number}`] : [];
    case 'pull_request.closed':
      return pull ? [`${who} ${pull.merged ? 'merges' : 'closes'} #${pull.number}`] : [];
    case 'pull_request_review.submitted':
      return pull && review ? [`${who} reviews #${pull.number}: ${review.state.replace('_', ' ')}`] : [];
    case 'check_run.created':
      // One that is complete at once is told as completed.
      return check && check.status !== 'completed'
        ? [`● ${check.name}: ${check.output.title ?? check.status}`]
        : [];
    case 'check_run.completed':
      return check
        ? [
            `${check.conclusion === 'success' ? '✓' : '✗'} ${check.name}: ${check.output.title ?? check.conclusion}`,
          ]
        : [];
    default:
      return [];
  }
}

/** A line of the audit log; nothing where GitHub tells the same. */
export function toldByApp({ kind, subject, details }: AuditEvent): string[] {
  if (kind === 'revert-opened') return [];
  const until = details['expiresAt'];
  return [
    `Countersign: ${subject}${kind === 'access-granted' && typeof until === 'string' ? ` until ${until}` : ''}`,
  ];
}

/** People write titles: no escape sequence of theirs is to reach the terminal. */
export function withoutControls(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '');
}
