import { Command } from 'commander';
import { connectorSchemas } from '../connectors/registry.ts';
import { evaluate, furtherViolations } from '../policies/evaluate.ts';
import { parsePolicies } from '../policies/policy-files.ts';
import { requestKey } from '../requests/access-request.ts';
import { expand, flawedChanges } from '../requests/expand.ts';
import { parseInstant, type Instant } from '../requests/instant.ts';
import { parseRequestsFile } from '../requests/requests-file.ts';
import { hasErrors, sortViolations, type Violation } from '../requests/violation.ts';
import { UserError } from './exit.ts';
import { readRepositoryFolder, type RepositoryFolder } from './repository-folder.ts';

const example = `
Examples:
  $ countersign validate
  access-requests.yaml:5:15 duration-too-long The entry asks for read-only for 30d; at most 8h is allowed.
      Ask for 8h or less; a grant that runs can be extended.
  $ countersign validate ../access --at 2026-12-24T09:00:00Z --json

Exits 0 without violations (warnings are none), 1 with some, 2 when it could not check.`;

/** `countersign validate`: checks the requests and policies in a folder. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('check access requests and policies before you push them')
    .argument('[dir]', 'the root of a requests repository', '.')
    .option('--at <time>', 'check as at this instant, such as 2026-11-23T09:00:00Z (default: now)')
    .option('--json', 'print an array of {file, line, column, code, message, remedy, severity}')
    .addHelpText('after', example)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(validate);
}

interface Options {
  readonly at?: string;
  readonly json?: boolean;
}

async function validate(dir: string, options: Options): Promise<void> {
  const now = options.at === undefined ? Date.now() : parseInstant(options.at);
  if (now === undefined)
    throw new UserError(`--at ${options.at} is no instant: write one such as 2026-11-23T09:00:00Z`, 2);
  const folder = await readRepositoryFolder(dir);
  const { requests, policies } = folder;
  if (requests.length + policies.length + folder.violations.length === 0)
    throw new UserError(
      `${dir} holds neither access requests nor policies: expected access-requests.yaml, access-requests/**/*.yaml or access-policies/ there`,
      2,
    );
  const { violations, unchecked } = check(folder, now);
  for (const note of unchecked) process.stderr.write(`not checked: ${note}\n`);
  process.stdout.write(options.json ? `${JSON.stringify(violations, null, 2)}\n` : asText(violations));
  if (violations.length === 0)
    process.stderr.write(
      `${requests.length} requests files, ${policies.length} policy files: nothing is wrong\n`,
    );
  process.exitCode = hasErrors(violations) ? 1 : 0;
}

/** Everything that is wrong in a folder, as if every entry were asked for now, and what cannot be known without people. */
function check(folder: RepositoryFolder, now: Instant): { violations: Violation[]; unchecked: Set<string> } {
  const parsed = parsePolicies(folder.policies, connectorSchemas);
  const files = folder.requests.map(({ path, text }) => parseRequestsFile(path, text));
  const expanded = expand(
    files.flatMap(({ entries }) => entries),
    parsed.policies.templates,
  );
  const context = {
    policies: parsed.policies,
    connectors: connectorSchemas,
    directory: null,
    requester: null,
    now,
    connections: null,
    held: expanded.entries,
  };
  const decisions = expanded.entries.map((after) =>
    evaluate({ kind: 'added', key: requestKey(after), after }, context),
  );
  const flawed = flawedChanges(
    files.flatMap((file) => file.flawed),
    parsed.policies.templates,
  );
  const violations = sortViolations([
    ...folder.violations,
    ...parsed.violations,
    ...files.flatMap((file) => file.violations),
    ...expanded.violations,
    ...decisions.flatMap((decision) => decision.violations),
    ...flawed.violations,
    ...flawed.changes.flatMap((change) => furtherViolations(change, context)),
  ]);
  const unchecked = new Set(decisions.flatMap((decision) => decision.unchecked ?? []));
  return { violations, unchecked: unchecked.add('who owns these files (countersign owners PATH… says it)') };
}

function asText(violations: readonly Violation[]): string {
  return violations
    .map(({ file, line, column, code, message, remedy, severity }) => {
      const mark = severity === 'warning' ? 'warning: ' : '';
      return `${file}:${line}:${column} ${code} ${mark}${message}\n    ${remedy}\n`;
    })
    .join('');
}
