import { evaluateApprovals, type Approvals } from '../../src/approvals/approval.ts';
import type { Requirement } from '../../src/approvals/requirements.ts';
import type { Review } from '../../src/approvals/reviews.ts';
import type { Person } from '../../src/policies/directory.ts';
import { directoryOf } from './directory.ts';

/** Who is who: mona asks, pat pushed to her branch; hubot and pat own the files; dana, sam and mona are data owners, sam and sue do security. */
export const directory = directoryOf({
  people: {
    mona: { id: 1 },
    hubot: { id: 2 },
    pat: { id: 3 },
    dana: { id: 4 },
    sam: { id: 5 },
    sue: { id: 6 },
    eve: { id: 7 },
    visitor: { id: 8, member: false },
    reader: { id: 9, canWrite: false },
    robot: { id: 10, bot: true },
    docs: { id: 11 },
    'docs@acme.com': { id: 11, login: 'docs' },
    gone: null,
  },
  teams: {
    'acme/owners': { members: [1, 2, 3, 9] },
    'acme/data': { members: [1, 4, 5] },
    'acme/security': { members: [5, 6] },
    'acme/secret': { members: [7], visible: false },
    'acme/readers': { members: [7], canWrite: false },
    'acme/gone': null,
  },
});

export function person(login: string): Person {
  const found = directory.people.get(login);
  if (!found) throw new Error(`no such person: ${login}`);
  return found;
}

/** A requirement of the code owners of access-requests.yaml. */
export function owners(...parties: string[]): Requirement {
  const rule = { file: 'CODEOWNERS', line: 3, subject: 'access-requests.yaml', stage: 0, distinct: false };
  return { kind: 'code-owners', parties, count: 1, rules: [rule] };
}

/** A requirement of the role orders-db:admin. */
export function group(party: string, { count = 1, stage = 0, distinct = true } = {}): Requirement {
  const file = 'access-policies/resources/orders-db.yaml';
  const rule = { file, line: 9, subject: 'orders-db:admin', stage, distinct };
  return { kind: 'group', parties: party.split(' '), count, rules: [rule] };
}

export const minute = 60_000;
const day = 24 * 60;
export const now = 10 * day * minute;

/** The n-th review of a scenario, an hour before now, one second after the review before it. */
export function review(
  index: number,
  login: string,
  state: Review['state'],
  facts: Partial<Review> = {},
): Review {
  return {
    id: 100 + index,
    person: person(login),
    state,
    submittedAt: now - 60 * minute + index * 1000,
    digest: 'sha256:now',
    content: null,
    ...facts,
  };
}

/** mona asks for herself, pat pushed to her branch, and an approval counts for seven days. */
export const question: Omit<Approvals, 'requirements' | 'reviews'> = {
  contributors: {
    people: new Map([
      [1, 'opened this pull request'],
      [3, 'pushed to this branch'],
    ]),
    unknown: [],
  },
  digest: 'sha256:now',
  content: null,
  directory,
  now,
  validFor: 7 * day,
};

/** One review of a scenario; they come in the order of the list. */
export type Given = [login: string, state: Review['state'], facts?: Partial<Review>];

export const approves = (login: string, facts: Partial<Review> = {}): Given => [login, 'approved', facts];
export const objects = (login: string, facts: Partial<Review> = {}): Given => [
  login,
  'changes_requested',
  facts,
];
export const comments = (login: string): Given => [login, 'commented'];
export const dismissed = (login: string): Given => [login, 'dismissed'];

export function evaluate(requirements: Requirement[], given: Given[], facts: Partial<Approvals> = {}) {
  const reviews = given.map(([login, state, more], index) => review(index, login, state, more));
  return evaluateApprovals({ ...question, requirements, reviews, ...facts });
}
