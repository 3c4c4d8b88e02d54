import { describe, expect, test } from 'vitest';
import { connectionConfig, connectorSchemas, openConnector } from '../../src/connectors/registry.ts';

const postgres = { connector: 'postgres', url: 'postgres://app@db/orders', entitlements: ['orders_*'] };
const team = { connector: 'github-team', organization: 'acme', entitlements: ['prod-*'] };

describe('a connection', () => {
  test('ends sessions unless it is told not to', () => {
    expect(connectionConfig.parse(postgres)).toEqual({ ...postgres, end_sessions: true });
    expect(connectionConfig.parse(team)).toEqual(team);
  });

  test.each([
    ['an unknown connector', { ...postgres, connector: 'postgrex' }],
    ['an unknown key', { ...postgres, entitlement: 'orders_*' }],
    ['nothing that may be given', { ...postgres, entitlements: [] }],
    ['a URL of something else', { ...postgres, url: 'https://db/orders' }],
    ['an organization that is none', { ...team, organization: 'acme/prod' }],
  ])('with %s is refused', (_, config) => {
    expect(connectionConfig.safeParse(config).success).toBe(false);
  });

  test('of a GitHub team can only be opened with an App that may write members', async () => {
    await expect(openConnector(connectionConfig.parse(team))).rejects.toThrow('need a GitHub App');
  });
});

describe('an entitlement', () => {
  test.each([
    ['postgres', { role: 'orders_reader' }, true],
    ['postgres', { role: '' }, false],
    ['postgres', { role: 'x'.repeat(64) }, false],
    ['postgres', { role: 'a\0b' }, false],
    ['postgres', { role: 'orders_reader', admin: true }, false],
    ['github-team', { team: 'prod-deployers' }, true],
    ['github-team', { team: '../members' }, false],
    ['github-team', { slug: 'prod-deployers' }, false],
  ])('of %s: %j is taken: %s', (connector, entitlement, taken) => {
    expect(connectorSchemas.get(connector)?.entitlement.safeParse(entitlement).success).toBe(taken);
  });

  test('of GitHub teams says which team it adds to', () => {
    expect(connectorSchemas.get('github-team')?.teamAddedTo?.({ team: 'prod-deployers' })).toBe(
      'prod-deployers',
    );
    expect(connectorSchemas.get('postgres')?.teamAddedTo).toBeUndefined();
  });

  test('of GitHub teams knows people by their accounts, of postgres it does not', () => {
    expect(connectorSchemas.get('github-team')?.identitiesAreAccounts).toBe(true);
    expect(connectorSchemas.get('postgres')?.identitiesAreAccounts).toBe(false);
  });
});
