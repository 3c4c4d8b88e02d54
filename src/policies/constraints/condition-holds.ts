import { violation } from '../../requests/violation.ts';
import { evaluateCondition } from '../condition.ts';
import { conditionFacts } from '../condition-facts.ts';
import { placeIn, type Constraint } from '../evaluation.ts';

/** The role's `when` is true of the request. What cannot be evaluated is not. */
export const conditionHolds: Constraint = (asked) => {
  const { entry, resource, role, context } = asked;
  const { when } = role;
  if (when === undefined || !context.directory) return [];
  const place = placeIn(entry, 'role', 'template');
  const remedy = `Ask for another role; the owners of ${resource.file} can change the condition.`;
  const facts = conditionFacts(asked);
  const result = facts ? evaluateCondition(when, facts) : { failed: 'what it asks about is not known' };
  if ('failed' in result) {
    const message = `The condition of ${role.name}, \`${when}\`, can't be evaluated: ${result.failed}.`;
    return [violation(place, 'condition-failed', message, remedy)];
  }
  if (result.holds) return [];
  const part = result.part === when ? '' : `; this part is false: \`${result.part}\``;
  const message = `The condition of ${role.name} does not hold: \`${when}\`${part}.`;
  return [violation(place, 'condition-false', message, remedy)];
};
