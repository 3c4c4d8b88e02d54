import { styleText } from 'node:util';
import { requestsFile } from '../stage/organization.ts';
import type { Stage } from '../stage/stage.ts';

const strong = (text: string) => styleText('bold', text);
const faint = (text: string) => styleText('dim', text);

/** What a newcomer needs to know: where the page is, how to clone, what to write, and who decides. */
export function newcomersPage({ world, githubUrl, adopted }: Stage): string {
  const { token, id } = world.person('mona');
  const me = `-c user.name=mona -c user.email=${id}+mona@users.noreply.github.com`;
  const clone = `${githubUrl.replace('//', `//mona:${token}@`)}/${world.repository.fullName}.git`;
  const entry = requestsFile({ user: 'mona', duration: '2m', reason: 'INC-4312: stuck orders' });
  return `
${strong('Ask for access by hand')}

  Page       ${githubUrl}/
  Clone      git clone ${me} ${clone}
  In force   the policies of ${adopted.slice(0, 7)}: adopted just now, as an operator does with \`countersign adopt\`

1. mona asks: on the page, act as mona and edit access-requests.yaml; or in the clone, on a branch that you push. Let it say

${entry
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .map((line) => `     ${line}`)
  .join('\n')
  .trimEnd()}

2. ada, who owns the data, approves; mona merges. Both on the page.
3. mona can read the orders for two minutes. Then the access is taken back, and a pull request takes the entry out.

${faint('What happens is told here, in UTC; Ctrl-C stops everything.')}
`;
}
