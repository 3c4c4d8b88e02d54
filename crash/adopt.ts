import type { readConfig } from '../src/config.ts';
import { adoptVersion } from '../src/jobs/adopt-version.ts';
import { openTools } from '../src/main.ts';
import type { World } from '../src/sandbox/start.ts';

/** What an operator does before the first start: puts the policies on the default branch into force. */
export async function adopt(config: ReturnType<typeof readConfig>, world: World): Promise<void> {
  if ('problems' in config) throw new Error(`the app can't start: ${config.problems.join('; ')}`);
  const tools = await openTools(config, { throttled: false });
  try {
    const tip = (await world.git('rev-parse', 'main')).trim();
    const adoption = await adoptVersion(tools.parts, world.repository.id, tip);
    if (!adoption.adopted) throw new Error(`the policies were not adopted: ${JSON.stringify(adoption)}`);
  } finally {
    await tools.close();
  }
}
