import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { Command } from 'commander';
import { ownersOf, parseCodeowners, type CodeownersRule } from '../approvals/codeowners.ts';
import { codeownersPaths } from '../requests/requests-paths.ts';

const example = `
Example:
  $ countersign owners access-requests.yaml access-policies/resources/orders-db.yaml
  access-requests.yaml                        @acme/data-owners  (.github/CODEOWNERS:3 *.yaml)
  access-policies/resources/orders-db.yaml    nobody`;

/** `countersign owners`: who owns each path and by which line. Exits 2 when it could not find out. */
export function ownersCommand(): Command {
  return new Command('owners')
    .description('who owns each path, as GitHub reads CODEOWNERS, and by which line')
    .argument('<path...>', 'paths, relative to the root of the repository')
    .option('--codeowners <file>', `the file to read (default: the first of ${codeownersPaths.join(', ')})`)
    .option('--json', 'print an array of {path, owners, line, pattern}')
    .addHelpText('after', example)
    .action(showOwners);
}

interface Options {
  readonly codeowners?: string;
  readonly json?: boolean;
}

async function showOwners(given: readonly string[], options: Options): Promise<void> {
  const file = await readCodeowners(options.codeowners);
  if ('problem' in file) return fail(file.problem);
  const paths = given.map(fromRoot);
  const outside = given.find((_, index) => paths[index] === undefined);
  if (outside !== undefined)
    return fail(`"${outside}" is no path in the repository: give it relative to the repository's root`);

  const { rules, errors } = parseCodeowners(file.text);
  for (const { line, message } of errors)
    process.stderr.write(`${file.name}:${line}: line skipped: ${message}\n`);
  const rows = paths.flatMap((path) =>
    path === undefined ? [] : [{ path, rule: ownersOf({ rules, errors }, path) }],
  );
  process.stdout.write(options.json ? asJson(rows) : asText(rows, file.name));
}

interface Row {
  readonly path: string;
  readonly rule: CodeownersRule | undefined;
}

function asJson(rows: readonly Row[]): string {
  const answers = rows.map(({ path, rule }) => ({
    path,
    owners: rule?.owners ?? [],
    line: rule?.line ?? null,
    pattern: rule?.pattern ?? null,
  }));
  return `${JSON.stringify(answers, null, 2)}\n`;
}

function asText(rows: readonly Row[], file: string): string {
  const cells = rows.map(({ path, rule }) => ({
    path,
    owners: rule?.owners.join(' ') || 'nobody',
    source: rule ? `(${file}:${rule.line} ${rule.pattern})` : '',
  }));
  const pathWidth = Math.max(...cells.map(({ path }) => path.length));
  const ownersWidth = Math.max(...cells.map(({ owners }) => owners.length));
  return cells
    .map(({ path, owners, source }) =>
      `${path.padEnd(pathWidth)}  ${owners.padEnd(ownersWidth)}  ${source}`.trimEnd().concat('\n'),
    )
    .join('');
}

type Found = { readonly name: string; readonly text: string } | { readonly problem: string };

async function readCodeowners(file: string | undefined): Promise<Found> {
  for (const name of file === undefined ? codeownersPaths : [file]) {
    try {
      return { name, text: await readFile(name, 'utf8') };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const missing = code === 'ENOENT' || code === 'ENOTDIR';
      if (file !== undefined || !missing) return { problem: `${name} cannot be read: ${message}` };
    }
  }
  return {
    problem: `there is no CODEOWNERS file here: GitHub looks for ${codeownersPaths.join(', ')}; name another with --codeowners FILE`,
  };
}

/** `./a/b` and `/a/b` are `a/b`; `undefined` for what is not below the root. */
function fromRoot(path: string): string | undefined {
  const normal = posix.normalize(path).replace(/^\/+/, '');
  return /^(\.{0,2}$|\.{1,2}\/)/.test(normal) ? undefined : normal;
}

function fail(problem: string): void {
  process.stderr.write(`countersign owners: ${problem}\n`);
  process.exitCode = 2;
}
