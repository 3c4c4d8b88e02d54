import { describe, expect, test } from 'vitest';
import { checkText, type CheckText } from '../../src/messages/check-text.ts';
import { groupChecks, unjudgeableGroup } from '../../src/messages/group-checks.ts';
import { violation } from '../../src/requests/violation.ts';
import { asDocument } from './check-document.ts';

const fine = { strayFiles: [], violations: [] };
const twice = violation(
  { file: 'access-requests.yaml', line: 4, column: 5 },
  'duplicate-request',
  'user mona asks for reader on db already at access-requests/a.yaml:2.',
  'Keep one entry; to extend it, edit its duration or its end.',
);

/** A pull request whose checks say so. */
function pull(number: number, policy: CheckText['conclusion'], approval = policy) {
  const said = (name: CheckText['name'], conclusion: CheckText['conclusion']) =>
    checkText({
      name,
      conclusion,
      title: conclusion === null ? 'Waiting for @acme/owners' : `${conclusion} of <b>${number}</b>`,
      summary: `All about ${number}.`,
      text: '',
      annotations: [],
    });
  return { number, checks: [said('access/policy', policy), said('access/approval', approval)] };
}

describe('the checks of a group', () => {
  test.each([
    ['alone', groupChecks([pull(7, 'success')], fine)],
    ['worst', groupChecks([pull(7, 'success'), pull(8, 'failure', null), pull(9, 'success')], fine)],
    ['stray', groupChecks([pull(7, 'success'), pull(8, 'failure')], { ...fine, strayFiles: ['a`b.yaml'] })],
    ['together', groupChecks([pull(7, 'success'), pull(8, 'success')], { ...fine, violations: [twice] })],
    ['unjudgeable', unjudgeableGroup('#7, which this group would land, is no open pull request into main.')],
  ])('%s', async (name, checks) => {
    await expect(checks.map(asDocument).join('\n')).toMatchFileSnapshot(`golden/group-checks/${name}.md`);
  });

  const conclusions = ['success', 'failure', null] as const;
  test.each(conclusions.flatMap((one) => conclusions.map((another) => [one, another])))(
    'pass only where all do, and always conclude: %s and %s',
    (one, another) => {
      const expected = one === 'success' && another === 'success' ? 'success' : 'failure';
      for (const { conclusion } of groupChecks([pull(1, one), pull(2, another)], fine))
        expect(conclusion).toBe(expected);
    },
  );

  test('say what is wrong with one of them before what is wrong with all', () => {
    const [policy] = groupChecks([pull(7, 'failure'), pull(8, 'success')], { ...fine, violations: [twice] });
    expect(policy?.title).toBe('#7: failure of <b>7</b>');
  });
});
