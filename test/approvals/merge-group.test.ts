import { expect, test } from 'vitest';
import { faultsOf } from '../../src/approvals/merge-group.ts';
import { readProposal } from '../../src/approvals/proposal.ts';
import { connectors } from '../policies/acme.ts';
import { acceptedOf, versionOf, type Files } from './branch-model.ts';
import { file, other, policies, reads, root } from './scenario.ts';

const accepted = acceptedOf(policies);
const policy = 'access-policies/resources/orders-db.yaml';
const owned = `${policies['CODEOWNERS']}/docs/ @dana\n`;
const described = `${policies[policy]}`.replace('Orders', 'All the orders');
const base: Files = { ...policies, [root]: file(reads('eve')), 'README.md': 'one\ntwo\n' };
const without = (...paths: string[]): Files =>
  Object.fromEntries(Object.entries(base).filter(([path]) => !paths.includes(path)));

/** `from`: where the pull request began, if not at the commit that the group was built on. */
type Pull = { readonly from?: Files; readonly head: Files };
const pull = (changed: Files, from = base): Pull => ({ from, head: { ...from, ...changed } });

function read(head: Files, from = base) {
  const [was, is, tip] = [versionOf(from), versionOf(head), versionOf(base)];
  const control = Object.entries(head).filter(([path]) => path === policy || path === 'CODEOWNERS');
  const landed = acceptedOf({ ...policies, ...Object.fromEntries(control) }).files;
  return { ...readProposal({ base: was, head: is, tip, accepted, landed }, connectors), files: is.files };
}

const mona = pull({ [other]: file(reads('mona')) });
const dana = pull({ [root]: file(reads('eve'), reads('dana')) });
const former = { ...base, 'README.md': 'one\n' };

test.each<[string, Pull[], Files, string[]]>([
  ['what its one pull request brings', [mona], mona.head, []],
  [
    'what both bring',
    [mona, dana],
    { ...base, [other]: file(reads('mona')), [root]: file(reads('dana'), reads('eve')) },
    [],
  ],
  ['the same entry, written otherwise', [mona], { ...base, [other]: file(reads('mona', '240m')) }, []],
  ['an entry more', [mona], { ...mona.head, [root]: file(reads('eve'), reads('dana')) }, [root]],
  ['an entry less than was there', [mona], { ...mona.head, [root]: file() }, [root]],
  ['an entry less than is brought', [mona, dana], mona.head, [root]],
  ['an entry that is longer than asked', [mona], { ...base, [other]: file(reads('mona', '8h')) }, [other]],
  ['an entry in another file', [mona], { ...base, [root]: file(reads('eve'), reads('mona')) }, [root, other]],
  ['an entry taken out, as asked', [pull({ [root]: file() })], { ...base, [root]: file() }, []],
  ['a policy more', [mona], { ...mona.head, [policy]: described }, [policy]],
  ['a policy less', [mona], { ...without(policy), [other]: file(reads('mona')) }, [policy]],
  ['a policy as it is brought', [pull({ [policy]: described })], { ...base, [policy]: described }, []],
  ['not the policy that is brought', [pull({ [policy]: described })], base, [policy]],
  [
    'a policy put together of two',
    [pull({ [policy]: described }), pull({ [policy]: `${policies[policy]}#\n` })],
    { ...base, [policy]: `${described}#\n` },
    [policy],
  ],
  [
    'the latter of two policies',
    [pull({ [policy]: described }), pull({ [policy]: `${described}#\n` })],
    { ...base, [policy]: `${described}#\n` },
    [],
  ],
  ['other owners, as they are brought', [pull({ CODEOWNERS: owned })], { ...base, CODEOWNERS: owned }, []],
  ['another file that nobody brings', [mona], { ...mona.head, Makefile: 'x' }, ['Makefile']],
  [
    'another file that nobody takes out',
    [mona],
    { ...without('README.md'), [other]: file(reads('mona')) },
    ['README.md'],
  ],
  [
    'lines of another file, put together',
    [pull({ 'README.md': 'zero\none\n' }, former)],
    { ...base, 'README.md': 'zero\none\ntwo\n' },
    [],
  ],
])('a group holds %s', (_, pulls, head, strayFiles) => {
  const faults = faultsOf(
    read(head),
    pulls.map((one) => read(one.head, one.from)),
  );
  expect(faults).toEqual({ strayFiles, violations: [] });
});

test('a group can be wrong as a whole: two ask for the same', () => {
  const twice = pull({ [root]: file(reads('eve'), reads('mona')) });
  const group = { ...mona.head, ...twice.head, [other]: file(reads('mona')) };
  const { strayFiles, violations } = faultsOf(
    read(group),
    [mona, twice].map(({ head }) => read(head)),
  );
  expect(strayFiles).toEqual([]);
  expect(violations.map(({ code }) => code)).toEqual(['duplicate-request']);
});

test('a group can hold requests and policies, each of a pull request of its own', () => {
  const pulls = [mona, pull({ [policy]: described })];
  const group = { ...mona.head, [policy]: described };
  expect(
    faultsOf(
      read(group),
      pulls.map(({ head }) => read(head)),
    ),
  ).toEqual({ strayFiles: [], violations: [] });
});
