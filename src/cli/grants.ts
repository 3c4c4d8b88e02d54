import { Command } from 'commander';
import { grantsAt, liveGrants } from '../database/grants.ts';
import type { Grant } from '../grants/grant.ts';
import { formatInstant, parseInstant, type Instant } from '../requests/instant.ts';
import { columns } from './columns.ts';
import {
  databaseSetting,
  existing,
  withDatabase,
  withDatabaseOption,
  type DatabaseOption,
} from './database-option.ts';
import { UserError } from './exit.ts';

interface Options extends DatabaseOption {
  readonly at?: string;
  readonly json?: true;
}

export function grantsCommand(): Command {
  return withDatabaseOption(new Command('grants'))
    .description('who has access to what, now or at a given time')
    .option('--at <time>', 'who held what at this time, RFC 3339')
    .option('--json', 'print a JSON array')
    .addHelpText(
      'after',
      `
Without --at: every grant in force, those still to begin and those being taken back.

Examples:
  countersign grants
  countersign grants --at 2026-11-23T12:00:00Z --json`,
    )
    .action(async ({ at, json, ...options }: Options) => {
      const instant = at === undefined ? undefined : instantOf(at);
      const grants = await withDatabase(existing(databaseSetting(options)), ({ db }) =>
        instant === undefined ? liveGrants(db) : grantsAt(db, instant),
      );
      process.stdout.write(json ? `${JSON.stringify(grants.map(shown), null, 2)}\n` : listing(grants, at));
    });
}

function instantOf(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined)
    throw new UserError(`--at ${text} is no RFC 3339 time, such as 2026-11-23T12:00:00Z.`, 2);
  return instant;
}

function shown(grant: Grant) {
  const { id, principal, resource, role, connection, identity, state, reason, ticket, pull } = grant;
  return {
    id,
    principal: principal.name,
    kind: principal.kind,
    resource,
    role,
    connection,
    identity,
    state,
    starts: formatInstant(grant.startsAt),
    expires: formatInstant(grant.expiresAt),
    pull,
    reason,
    ticket,
  };
}

function listing(grants: readonly Grant[], at: string | undefined): string {
  if (grants.length === 0) return at === undefined ? 'Nobody has access.\n' : `Nobody had access at ${at}.\n`;
  return columns(
    grants.map(({ principal, role, resource, connection, identity, state, expiresAt, pull }) => [
      principal.name,
      `${role} on ${resource}`,
      `${identity} in ${connection}`,
      state,
      `until ${formatInstant(expiresAt)}`,
      `#${pull}`,
    ]),
  );
}
