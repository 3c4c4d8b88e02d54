import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connector } from '../../src/connectors/connector.ts';
import type { Entitlement } from '../../src/policies/policy-set.ts';

/** A target with two people that it knows, neither of whom holds the entitlement. */
export interface Target {
  readonly connector: Connector;
  readonly entitlement: Entitlement;
  readonly mona: string;
  readonly hubot: string;
  readonly stranger: string;
  /** Exists in the target, and is not among what the connection may give. */
  readonly forbidden: Entitlement;
  /** A connector of the same kind whose target does not answer. */
  readonly unreachable: Connector;
  close(): Promise<void>;
}

/** What every connector promises, whatever its target. */
export function describeConnector(name: string, open: () => Promise<Target>): void {
  describe(`${name} keeps the contract of a connector`, () => {
    let target: Target;
    const until = Date.UTC(2026, 10, 23, 18);
    const holders = async () => (await target.connector.observe(target.entitlement)).holders;

    beforeAll(async () => {
      target = await open();
    });
    afterAll(() => target.close());

    test('shows a grant once it was given, again and again', async () => {
      const { connector, entitlement, mona } = target;
      expect((await connector.observe(entitlement)).has(mona)).toBe(false);
      expect(await connector.grant(entitlement, mona, until)).toEqual({ ok: true });
      expect(await connector.grant(entitlement, mona, until)).toEqual({ ok: true });
      expect((await connector.observe(entitlement)).has(mona)).toBe(true);
      expect(await holders()).toEqual([mona]);
    });

    test('takes away what one person holds and leaves the other alone', async () => {
      const { connector, entitlement, mona, hubot } = target;
      await connector.grant(entitlement, mona, until);
      await connector.grant(entitlement, hubot, until);
      await connector.revoke(entitlement, mona);
      expect(await holders()).toEqual([hubot]);
      await connector.revoke(entitlement, hubot);
      expect(await holders()).toEqual([]);
    });

    test('takes away what nobody holds without an error', async () => {
      const { connector, entitlement, mona, stranger } = target;
      await connector.revoke(entitlement, mona);
      await connector.revoke(entitlement, stranger);
      expect(await holders()).toEqual([]);
    });

    test('refuses whom the target does not know', async () => {
      const { connector, entitlement, stranger } = target;
      expect(await connector.grant(entitlement, stranger, until)).toMatchObject({
        ok: false,
        code: 'unknown-identity',
        message: expect.stringContaining(stranger),
      });
      expect(await holders()).toEqual([]);
    });

    test('neither gives nor takes what the connection may not give', async () => {
      const { connector, forbidden, mona } = target;
      expect(await connector.grant(forbidden, mona, until)).toMatchObject({ ok: false, code: 'not-allowed' });
      await expect(connector.revoke(forbidden, mona)).rejects.toThrow('may not touch');
    });

    test('takes a target that does not answer for an error, never for an answer', async () => {
      const { unreachable, entitlement, mona } = target;
      await expect(unreachable.observe(entitlement)).rejects.toThrow('ECONNREFUSED');
      await expect(unreachable.grant(entitlement, mona, until)).rejects.toThrow('ECONNREFUSED');
      await expect(unreachable.revoke(entitlement, mona)).rejects.toThrow('ECONNREFUSED');
    });

    test('refuses to work with an entitlement of another shape', async () => {
      const { connector, mona } = target;
      await expect(connector.observe({ nonsense: true })).rejects.toThrow('nonsense');
      await expect(connector.grant({ nonsense: true }, mona, until)).rejects.toThrow('nonsense');
    });
  });
}
