import { z } from 'zod';
import { login, name, readAs, text } from '../requests/scalars.ts';
import { checkShape } from '../requests/shape.ts';
import { violation, type Violation } from '../requests/violation.ts';
import { placeOf, type YamlFile, type YamlPath } from '../requests/yaml-file.ts';
import { party } from './policy-scalars.ts';
import type { Identities } from './policy-set.ts';

export const identitiesFile = 'access-policies/identities.yaml';

/** Connection -> the name that the target knows somebody by. */
const names = z.record(name, text(200));

const defaultName = readAs(
  (value) => (value.includes('{login}') ? value : undefined),
  'a name that differs from person to person',
  { code: 'invalid-name', remedy: 'Write {login} where the login goes, such as "{login}" or "uid={login}".' },
);

/** The file access-policies/identities.yaml. */
export const identitiesSchema = z.strictObject({
  people: z.array(z.strictObject({ id: z.int().min(1), login, names })).default([]),
  default: z.record(name, defaultName).default({}),
  service_accounts: z.array(z.strictObject({ name, owner: party, names })).default([]),
});

export const noIdentities: Identities = { people: [], defaults: new Map(), serviceAccounts: [] };

/** Reads access-policies/identities.yaml. Two accounts with one name in a target would hold each other's access. */
export function parseIdentities(file: YamlFile): { value?: Identities; violations: Violation[] } {
  const { value, violations } = checkShape(file, [], identitiesSchema);
  if (!value) return { violations };
  const people = value.people.map((person) => ({ ...person, names: new Map(Object.entries(person.names)) }));
  const serviceAccounts = value.service_accounts.map((account) => ({
    ...account,
    names: new Map(Object.entries(account.names)),
  }));
  return {
    value: { people, defaults: new Map(Object.entries(value.default)), serviceAccounts },
    violations: duplicates(file, [
      ...people.map(({ id }, index) => ({ what: `the account ${id}`, path: ['people', index, 'id'] })),
      ...serviceAccounts.map((account, index) => ({
        what: `the service account ${account.name}`,
        path: ['service_accounts', index, 'name'],
      })),
      ...targetNames('people', people),
      ...targetNames('service_accounts', serviceAccounts),
    ]),
  };
}

interface Claim {
  readonly what: string;
  readonly path: YamlPath;
}

function targetNames(
  list: string,
  accounts: readonly { readonly names: ReadonlyMap<string, string> }[],
): Claim[] {
  return accounts.flatMap((account, index) =>
    [...account.names].map(([connection, target]) => ({
      what: `the name ${target} on ${connection}`,
      path: [list, index, 'names', connection],
    })),
  );
}

function duplicates(file: YamlFile, claims: readonly Claim[]): Violation[] {
  const seen = new Set<string>();
  return claims.flatMap(({ what, path }) => {
    const again = seen.has(what);
    seen.add(what);
    if (!again) return [];
    const message = `Here ${what} is listed a second time.`;
    return [violation(placeOf(file, path), 'duplicate-key', message, 'Give each account its own.')];
  });
}
