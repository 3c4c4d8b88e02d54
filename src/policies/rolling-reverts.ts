import type { Settings } from './policy-set.ts';

/** Whether entries are taken out many at once, and not by a pull request each. `wanted`: how many reverts were wanted within the last hour. */
export function areRolling({ mode, rollingAbove }: Settings['revert'], wanted: number): boolean {
  return mode === 'rolling' || wanted > rollingAbove;
}
