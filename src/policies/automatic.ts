import { evaluateCondition } from './condition.ts';
import { conditionFacts } from './condition-facts.ts';
import { beginOf, continuousSince, runningSince } from './constraints/how-long.ts';
import type { Asked } from './evaluation.ts';
import { principalOf } from './own-grants.ts';

/**
 * Whether nobody needs to approve an entry (design, section 4): its `auto_approve` is true, whoever asks is who receives, and it extends
 * nothing; and why not where that can be said. Whatever goes wrong leaves it to people.
 */
export function automaticApproval(asked: Asked): {
  readonly automatic: boolean;
  readonly notes: readonly string[];
} {
  const { role, context } = asked;
  const { autoApprove } = role;
  const no = (why: string) => ({
    automatic: false,
    notes: [`${role.name} is not approved automatically: ${why}`],
  });
  if (autoApprove === undefined || !context.directory) return { automatic: false, notes: [] };
  const facts = conditionFacts(asked);
  if (!facts) return no('who asks, for whom or for how long is not known');
  const principal = principalOf(asked);
  if (principal?.kind !== 'user' || principal.id !== facts.requester.id)
    return no('whoever asks is not who would receive it');
  if (runningSince(asked) !== undefined || continuousSince(asked) < beginOf(asked))
    return no('an extension needs an approval');
  const result = evaluateCondition(autoApprove, facts);
  if ('failed' in result) return no(`\`${autoApprove}\` can't be evaluated, ${result.failed}`);
  if (!result.holds) return no(`\`${result.part}\` is false`);
  return { automatic: true, notes: [`${role.name} is approved automatically: \`${autoApprove}\` is true`] };
}
