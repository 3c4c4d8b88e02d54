import { violation } from '../../requests/violation.ts';
import { placeIn, type Constraint } from '../evaluation.ts';
import { matchesWhole } from '../pattern.ts';
import type { TextRule } from '../policy-set.ts';

/** Reason and ticket are as the role wants them. */
export const textRules: Constraint = ({ entry, role }) => {
  const { reason, ticket } = entry.request;
  const found = [];
  if (role.reason && !matchesWhole(role.reason.pattern, reason)) {
    const message = `The reason is not as ${role.name} wants it.`;
    found.push(violation(placeIn(entry, 'reason'), 'reason-mismatch', message, remedyOf(role.reason)));
  }
  if (role.ticket && ticket === undefined) {
    const message = `${role.name} needs a \`ticket\`.`;
    found.push(violation(entry.start, 'missing-key', message, remedyOf(role.ticket)));
  }
  if (role.ticket && ticket !== undefined && !matchesWhole(role.ticket.pattern, ticket)) {
    const message = `The ticket is not as ${role.name} wants it.`;
    found.push(violation(placeIn(entry, 'ticket'), 'ticket-mismatch', message, remedyOf(role.ticket)));
  }
  return found;
};

function remedyOf({ pattern, hint }: TextRule): string {
  const rule = `the whole text must match \`${pattern}\`.`;
  return hint === undefined
    ? `Correct it: ${rule}`
    : `${hint.charAt(0).toUpperCase()}${hint.slice(1)}: ${rule}`;
}
