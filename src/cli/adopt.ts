import { Command } from 'commander';
import { adoptVersion, type Adoption } from '../jobs/adopt-version.ts';
import { openTools } from '../main.ts';
import { withDatabaseOption, type DatabaseOption } from './database-option.ts';
import { UserError } from './exit.ts';
import { configOrReasons } from './start.ts';

interface Options extends DatabaseOption {
  readonly github?: string;
  readonly repository?: string;
}

export function adoptCommand(): Command {
  return withDatabaseOption(new Command('adopt'))
    .description('accept the policies and CODEOWNERS of a commit: from then on they decide')
    .argument('<sha>', 'a commit of the default branch, all 40 digits')
    .option('--repository <owner/name>', 'which requests repository, where several are bound')
    .option('--github <url>', 'the API of the GitHub to work with, instead of GITHUB_API_URL')
    .addHelpText(
      'after',
      `
Nothing is granted before a first version was accepted. Control files never count from a pull request's head, and a later version on the default
branch counts once it was adopted: until then new grants wait, and revocations go on.

Example:
  countersign adopt $(git rev-parse origin/main)
  countersign adopt $(git rev-parse origin/main) --data ./data --github http://127.0.0.1:4000    # before \`start --embedded\``,
    )
    .action(async (sha: string, { repository, ...options }: Options) => {
      if (!/^[0-9a-f]{40}$/.test(sha))
        throw new UserError(`${sha} is no full commit SHA: git rev-parse prints it.`, 2);
      const config = configOrReasons(options, 2);
      const bound = config.repositories.filter(
        ({ owner, repo }) => repository === undefined || `${owner}/${repo}` === repository,
      );
      const [only, ...others] = bound;
      if (!only) throw new UserError(`${repository} is not bound in the operator's file.`, 2);
      if (others.length > 0)
        throw new UserError(
          `Several repositories are bound; name one: ${bound.map(({ owner, repo }) => `--repository ${owner}/${repo}`).join(' or ')}`,
          2,
        );
      const tools = await openTools(config);
      try {
        report(await adoptVersion(tools.parts, only.id, sha), sha);
      } finally {
        await tools.close();
      }
    });
}

function report(adoption: Adoption, sha: string): void {
  if (adoption.adopted) return void process.stdout.write(`The policies of ${sha} are in force.\n`);
  if (adoption.because === 'not-on-branch')
    throw new UserError(`${sha} is not on the default branch: merge it first.`);
  throw new UserError(
    [
      'These policies have violations, and nothing was accepted:',
      ...adoption.violations.map(
        ({ file, line, column, code, message, remedy }) =>
          `${file}:${line}:${column} ${code} ${message}\n  ${remedy}`,
      ),
    ].join('\n'),
  );
}
