import { checkText, type CheckText } from './check-text.ts';

const said = {
  'taken-out': {
    title: 'Takes out what is over',
    is: 'without one entry that nothing was granted for, or whose grant is over: to take that out needs nobody',
  },
  'many-taken-out': {
    title: 'Takes out what is over',
    is: 'without entries that nothing was granted for, or whose grants are over: to take those out needs nobody',
  },
  'put-back': {
    title: 'Puts back what was approved',
    is: 'with one entry as it was approved: to put that back needs nobody',
  },
} as const;

/** Both checks of a pull request that the app wrote, and that holds what it wrote and nothing else. */
export function revertChecks(undoes: keyof typeof said): CheckText[] {
  const { title, is } = said[undoes];
  const check = {
    conclusion: 'success',
    title,
    summary: `Countersign wrote this pull request. Its head is exactly the default branch ${is}.`,
    text: '',
    annotations: [],
  } as const;
  return [checkText({ ...check, name: 'access/policy' }), checkText({ ...check, name: 'access/approval' })];
}
