import type { Review } from '../../src/approvals/reviews.ts';
import { verdictOn } from '../../src/approvals/verdict.ts';
import type { Directory } from '../../src/policies/directory.ts';
import { directory, person } from './approval-fixtures.ts';
import { acceptedOf, changesOf, judge, type Files } from './branch-model.ts';

const day = 24 * 60 * 60_000;
const [root, folder] = ['access-requests.yaml', 'access-requests/a.yaml'] as const;

/** What an entry asks for; whoever it is for has an entry in one file alone. */
export interface Wish {
  readonly hours: number;
  readonly reason: string;
}
const files = { mona: root, eve: root, sam: folder } as const;
export type Who = keyof typeof files;
type Wishes = Readonly<Partial<Record<Who, Wish>>>;

/** The names that may fill each requirement, as the rules below have them; who has left or had a hand in it is taken off. */
const owners = { [root]: ['hubot', 'pat', 'mona'], [folder]: ['dana'] };
const data = ['mona', 'dana', 'sam'];
const codeowners = `/${root} @acme/owners\n/access-requests/ @dana\n`;

const policies = (maxHours: number): Files => ({
  CODEOWNERS: codeowners,
  'access-policies/identities.yaml': 'default: { orders-db: "{login}" }\n',
  'access-policies/resources/orders-db.yaml': `resource: orders-db
description: Orders
connector: database
connection: orders-db
roles:
  reader:
    entitlement: { role: orders_reader }
    principals: ["@acme"]
    owners: file
    max_duration: ${maxHours}h
    approvals: [{ from: ["@acme/data"] }]
`,
});

function policyOf(version: number, maxHours: number) {
  return { version, maxHours, accepted: acceptedOf(policies(maxHours), `version-${version}`) };
}

/** One and the same wishes, written in one way or another. */
function written(wishes: Wishes, style: number): Files {
  const entries = (file: string) =>
    (Object.entries(wishes) as [Who, Wish][])
      .filter(([who]) => files[who] === file)
      .map(
        ([who, { hours, reason }]) =>
          `  - user: ${who}\n    resource: orders-db\n    role: reader\n    duration: ${style === 1 ? `${hours * 60}m` : `${hours}h`}\n    reason: ${style === 2 ? `'${reason}' # so` : reason}\n`,
      );
  return Object.fromEntries(
    [root, folder].map((file) => [
      file,
      entries(file).length > 0 ? `requests:\n${entries(file).join('')}` : 'requests: []\n',
    ]),
  );
}

export type Action =
  | {
      readonly kind: 'edit';
      readonly by: string;
      readonly who: Who;
      readonly wish: Wish | null;
      readonly style: number;
    }
  | { readonly kind: 'rebase'; readonly by: string }
  | { readonly kind: 'update' }
  | { readonly kind: 'main'; readonly who: Who; readonly wish: Wish | null }
  | { readonly kind: 'policy'; readonly maxHours: number }
  | { readonly kind: 'leave'; readonly who: string }
  | {
      readonly kind: 'review';
      readonly by: string;
      readonly state: Review['state'];
      readonly inTime: boolean;
    }
  | { readonly kind: 'wait'; readonly days: number };

const same = (a: Wish | undefined, b: Wish | undefined) => a?.hours === b?.hours && a?.reason === b?.reason;
const everybody = Object.keys(files) as Who[];

/** What a pull request comes to on a tip, by the plainest means: who -> what stands there before and after. */
function asked(
  base: Wishes,
  head: Wishes,
  tip: Wishes,
): Map<Who, readonly [Wish | undefined, Wish | undefined]> {
  const proposed = everybody.filter((each) => !same(base[each], head[each]) && !same(tip[each], head[each]));
  return new Map(proposed.map((each) => [each, [tip[each], head[each]]]));
}

function put(wishes: Wishes, each: Who, one: Wish | null | undefined): Wishes {
  const { [each]: _, ...others } = wishes;
  return one ? { ...others, [each]: one } : others;
}

/** One pull request on a branch, with what each reviewer saw written down beside the digest that the app keeps. */
export function play(
  actions: readonly Action[],
  tampered: { readonly who: Who; readonly wish: Wish | null } | null,
) {
  let [main, base, head]: [Wishes, Wishes, Wishes] = [{}, {}, {}];
  let style = 0;
  let policy = policyOf(0, 8);
  let now = 100 * day;
  const pushers = new Set(['mona']);
  const left = new Set<string>();
  const reviews: Review[] = [];
  const saw = new Map<
    string,
    { readonly state: Review['state']; readonly what: string | null; readonly at: number }
  >();

  const members = (): Directory => ({
    ...directory,
    people: new Map(
      [...directory.people].map(([name, facts]) => [
        name,
        facts && { ...facts, member: facts.member && !left.has(name) },
      ]),
    ),
  });
  const judged = () =>
    judge({
      base: written(base, 0),
      head: written(head, style),
      tip: written(main, 0),
      accepted: policy.accepted,
      author: person('mona'),
      pushers: [...pushers].map((name) => person(name).id),
      reviews: reviews.map((one) => ({
        ...one,
        person: members().people.get(one.person.login) ?? one.person,
      })),
      now,
      directory: members(),
    });
  const content = () => JSON.stringify([policy.version, [...asked(base, head, main)]]);

  for (const step of actions) {
    now += 60_000;
    switch (step.kind) {
      case 'edit':
        head = put(head, step.who, step.wish);
        style = step.style;
        pushers.add(step.by);
        break;
      case 'rebase':
      case 'update': {
        const moved = [...asked(base, head, base)].reduce<Wishes>(
          (wishes, [each, [, one]]) => put(wishes, each, one),
          main,
        );
        [base, head] = [main, moved];
        // An update from the base adds nothing, whoever it is by; a rebase is a push.
        if (step.kind === 'rebase') pushers.add(step.by);
        break;
      }
      case 'main':
        main = put(main, step.who, step.wish);
        break;
      case 'policy':
        policy = policyOf(policy.version + 1, step.maxHours);
        break;
      case 'leave':
        left.add(step.who);
        break;
      case 'wait':
        now += step.days * day;
        break;
      case 'review': {
        const digest = step.inTime ? judged().assessment.digest : null;
        reviews.push({
          id: reviews.length,
          person: person(step.by),
          state: step.state,
          submittedAt: now,
          digest,
          content: null,
        });
        if (step.state !== 'commented')
          saw.set(step.by, { state: step.state, what: step.inTime ? content() : null, at: now });
      }
    }
  }

  const proposal = asked(base, head, main);
  const merged = [...proposal].reduce<Wishes>((wishes, [each, [, one]]) => put(wishes, each, one), main);
  const after = tampered ? put(merged, tampered.who, tampered.wish) : merged;
  const pull = { number: 1, mergedAt: now, headSha: 'head', tip: 'tip', reviewed: false, ...judged() };
  const verdicts = changesOf(written(main, 0), written(after, 1), policy.accepted).map(
    (change) => [change.key, verdictOn(change, { pulls: [pull], unjudged: [] }).kind] as const,
  );

  /** The oracle: whether somebody entitled approved, for each requirement, exactly what the pull request comes to now. */
  const asking = [...proposal].filter(([, [, one]]) => one !== undefined);
  const receivers = new Set(asking.map(([each]) => each as string));
  const groups = [...new Set(asking.map(([each]) => files[each]))].map((file) => owners[file]);
  const required = asking.length > 0 ? [...groups, data] : [];
  const hasSay = (name: string) => required.some((group) => group.includes(name)) && !left.has(name);
  const approves = (name: string) => {
    const last = saw.get(name);
    const entitled = !pushers.has(name) && !receivers.has(name) && !left.has(name);
    return entitled && last?.state === 'approved' && last.what === content() && now < last.at + 7 * day;
  };
  const vetoed = [...saw].some(([name, { state }]) => state === 'changes_requested' && hasSay(name));
  const allowed = asking.every(([, [, one]]) => (one?.hours ?? 0) <= policy.maxHours) && !left.has('mona');
  const approved = allowed && !vetoed && required.every((group) => group.some(approves));
  const expected = everybody
    .filter((each) => !same(main[each], after[each]))
    .map((each) => {
      const kind =
        after[each] === undefined
          ? 'returned'
          : approved && same(after[each], proposal.get(each)?.[1])
            ? 'approved'
            : 'refused';
      return [`user:${each} orders-db:reader`, kind] as const;
    });
  return { verdicts: new Map(verdicts), expected: new Map(expected) };
}
