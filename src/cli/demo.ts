import { Command } from 'commander';
import { pino } from 'pino';
import { NotAsTold, type Step } from './demo/step.ts';
import { storyClock, type StoryClock } from './demo/story-clock.ts';
import { story } from './demo/story.ts';
import { ending, opening, tell } from './demo/telling.ts';
import { UserError } from './exit.ts';
import { setStage, type Stage } from './stage/stage.ts';

interface Options {
  readonly json?: true;
  readonly keep?: true;
  readonly verbose?: true;
}

/** When the story begins: a Monday morning. */
const begin = '2026-11-23T09:00:00Z';

export function demoCommand(): Command {
  return new Command('demo')
    .description('play the life of one access request, end to end, on this machine alone')
    .option('--json', 'print one JSON object a line, a step each')
    .option('--keep', 'leave everything up at the end, and print the addresses')
    .option('--verbose', "print the app's log to standard error")
    .addHelpText(
      'after',
      `
It starts a GitHub on this machine, the app, and two embedded PostgreSQL databases, and plays the story with a clock that can be set forward. Exits 0
when every step was as told, and 1 otherwise.

Examples:
  npm run demo
  npm run demo -- --json
  npm run demo -- --keep`,
    )
    .action(async ({ json, keep, verbose }: Options) => {
      const write = (text: string) => process.stdout.write(text);
      if (!json) write(opening);
      const started = Date.now();
      const stage = await setStage({
        clock: storyClock(begin),
        log: verbose ? pino({}, pino.destination(2)) : pino({ level: 'silent' }),
      });
      let stayUp = false;
      try {
        for await (const step of story(stage)) write(json ? `${JSON.stringify(bare(step))}\n` : tell(step));
        if (!json) write(ending(Date.now() - started));
        stayUp = keep === true;
      } catch (error) {
        if (error instanceof NotAsTold)
          throw new UserError(`\nThe story did not go as told: ${error.message}`);
        throw error;
      } finally {
        if (!stayUp) await stage.close();
      }
      if (stayUp) leaveUp(stage, json ? process.stderr : process.stdout);
    });
}

/** `step` and `at` first. */
function bare({ step, at, ...evidence }: Step): Record<string, unknown> {
  return { step, at, ...evidence };
}

function leaveUp(stage: Stage<StoryClock>, output: NodeJS.WritableStream): void {
  const { world, app, githubUrl } = stage;
  const tokens = ['mona', 'ada', 'grace'].map(
    (login) => `  ${login.padEnd(6)} ${world.person(login).token}\n`,
  );
  output.write(`
Everything stays up until Ctrl-C:
  GitHub  ${githubUrl}  (try: curl -H "authorization: token TOKEN" ${githubUrl}/repos/${world.repository.fullName}/pulls?state=all)
  app     ${app.url}
Tokens:
${tokens.join('')}`);
  const stop = () => void stage.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
