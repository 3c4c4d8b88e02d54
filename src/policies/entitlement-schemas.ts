import type { z } from 'zod';
import type { Entitlement } from './policy-set.ts';

/** What policies must know of a connector, an edge that they do not import. */
export interface ConnectorSchema {
  /** The shape of a role's `entitlement`, in the connector's own words. */
  readonly entitlement: z.ZodType<Entitlement>;
  /** The target is GitHub, which knows people by the ids of their accounts: nobody needs an entry in identities.yaml. */
  readonly identitiesAreAccounts: boolean;
  /** The slug of the GitHub team that an entitlement adds people to, for connectors that do. */
  readonly teamAddedTo?: (entitlement: Entitlement) => string | undefined;
}

/** By the connector's name, as a resource's `connector` gives it. */
export type EntitlementSchemas = ReadonlyMap<string, ConnectorSchema>;
