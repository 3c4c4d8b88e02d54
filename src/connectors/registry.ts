import { z } from 'zod';
import type { ConnectorSchema, EntitlementSchemas } from '../policies/entitlement-schemas.ts';
import type { Connector } from './connector.ts';
import {
  githubTeamConnection,
  githubTeamConnector,
  githubTeamEntitlement,
  teamIn,
} from './github-team/github-team-connector.ts';
import type { TeamOctokit } from './github-team/team-api.ts';
import { postgresConnection, postgresConnector, postgresEntitlement } from './postgres/postgres-connector.ts';
import { connectToServer, type SqlClient } from './postgres/sql-client.ts';

/** A connection as countersign.yaml gives it. */
export const connectionConfig = z.discriminatedUnion('connector', [postgresConnection, githubTeamConnection]);

export type ConnectionConfig = z.output<typeof connectionConfig>;

/** What policies must know of each connector. */
export const connectorSchemas: EntitlementSchemas = new Map<string, ConnectorSchema>([
  ['postgres', { entitlement: postgresEntitlement, identitiesAreAccounts: false }],
  [
    'github-team',
    {
      entitlement: githubTeamEntitlement,
      identitiesAreAccounts: true,
      teamAddedTo: (entitlement) => teamIn(entitlement),
    },
  ],
]);

/** How targets are reached. */
export interface Targets {
  /** A PostgreSQL; by default the server that the URL names. */
  readonly sql?: (url: string) => Promise<SqlClient>;
  /** An Octokit that may write the members of an organization. */
  readonly octokit?: (organization: string) => Promise<TeamOctokit>;
}

/** Opens the connector of a connection. It reaches for the target when it is first asked. */
export async function openConnector(
  connection: ConnectionConfig,
  { sql = async (url) => connectToServer(url), octokit }: Targets = {},
): Promise<Connector> {
  if (connection.connector === 'postgres') return postgresConnector(await sql(connection.url), connection);
  const { organization } = connection;
  if (!octokit) throw new Error(`the teams of ${organization} need a GitHub App that may write its members`);
  return githubTeamConnector(await octokit(organization), connection);
}
