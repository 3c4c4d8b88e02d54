import type { Connector } from './connector.ts';

export type Verb = 'observe' | 'grant' | 'revoke';

/** The same connector; tells of each call once it was answered, with the error where there was one. */
export function watched(connector: Connector, told: (verb: Verb, error?: unknown) => void): Connector {
  async function telling<Answer>(verb: Verb, answer: Promise<Answer>): Promise<Answer> {
    try {
      const given = await answer;
      told(verb);
      return given;
    } catch (error) {
      told(verb, error);
      throw error;
    }
  }
  return {
    observe: (entitlement) => telling('observe', connector.observe(entitlement)),
    grant: (entitlement, identity, until) => telling('grant', connector.grant(entitlement, identity, until)),
    revoke: (entitlement, identity) => telling('revoke', connector.revoke(entitlement, identity)),
    close: () => connector.close(),
  };
}
