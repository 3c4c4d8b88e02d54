import { violation } from '../../requests/violation.ts';
import { placeIn, type Constraint } from '../evaluation.ts';

/** Conditions that this version reads and cannot evaluate: whoever sets one gets a refusal, never a grant that ignores it. */
export const notEvaluated: Constraint = ({ entry, resource, role }) => {
  const { quota, require, when } = role;
  const set = [
    ...(quota ? ['quota'] : []),
    ...(require.length > 0 ? ['require'] : []),
    ...(when === undefined ? [] : ['when']),
  ];
  const conditions = set.map((key) => {
    const message = `${role.name} has the condition \`${key}\`, which this version cannot evaluate.`;
    const remedy = `Ask for another role; the owners of ${resource.file} can remove the condition.`;
    return violation(placeIn(entry, 'role', 'template'), 'condition-failed', message, remedy);
  });
  if (!entry.request.emergency) return conditions;
  const message = role.emergency
    ? 'This version cannot grant in an emergency.'
    : `${role.name} is not given in an emergency.`;
  const remedy = 'Remove `emergency` and ask for an approval.';
  return [...conditions, violation(placeIn(entry, 'emergency'), 'emergency-not-allowed', message, remedy)];
};
