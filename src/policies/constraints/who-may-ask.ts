import { violation, type Violation } from '../../requests/violation.ts';
import { isAmong, type PartyName } from '../directory.ts';
import { placeIn, principalPlace, type Constraint } from '../evaluation.ts';

/** The requester is among those who may ask for the role, for anything at all (settings), and by this template. */
export const whoMayAsk: Constraint = ({ entry, resource, role, context }) => {
  const { directory, requester, policies } = context;
  if (!directory) return [];
  const place = principalPlace(entry);
  if (!requester) {
    const message = 'The account that asks is not there any more.';
    return [violation(place, 'not-a-requester', message, 'Let somebody else open the request.')];
  }
  const may = (parties: readonly PartyName[] | undefined) =>
    parties === undefined || isAmong(directory, requester, parties);
  const refuse = (what: string, parties: readonly PartyName[]): Violation => {
    const who = parties.join(', ');
    const remedy =
      who === '' ? 'Nobody may: ask the owners of the policy.' : `Let one of ${who} open the request.`;
    return violation(place, 'not-a-requester', `${requester.login} may not ask for ${what}.`, remedy);
  };
  const members = [`@${directory.organization}`];
  const asked = `${role.name} on ${resource.name}`;
  const { template } = 'template' in entry.request.asks ? entry.request.asks : { template: '' };
  const users = policies.templates.get(template)?.for;
  return [
    ...(may(policies.settings.requesters)
      ? []
      : [refuse('anything here', policies.settings.requesters ?? [])]),
    ...(may(role.requesters ?? members) ? [] : [refuse(asked, role.requesters ?? members)]),
    ...(may(users)
      ? []
      : [{ ...refuse(`the template ${template}`, users ?? []), ...placeIn(entry, 'template') }]),
  ];
};
