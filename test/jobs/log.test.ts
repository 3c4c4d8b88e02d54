import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redacting } from '../../src/jobs/log.ts';
import { leakReport } from '../secrets/watch.ts';
import { openAcme, type Acme } from './acme.ts';
import { eventually } from './eventually.ts';
import { databasePassword, ordersPassword, ordersUrl } from './stage.ts';

describe('a line without secrets', () => {
  const clean = redacting(['p/ss "word"', 'hunter2']);
  test.each([
    ['as it is', 'the password is hunter2!', 'the password is [redacted]!'],
    ['in JSON', String.raw`{"a":"p/ss \"word\""}`, '{"a":"[redacted]"}'],
    [
      'in a URL',
      'postgres://app@host/?password=p%2Fss%20%22word%22',
      'postgres://app@host/?password=[redacted]',
    ],
    ['a token', 'token ghs_16C7e42F292c6912E7710c838347Ae178B4a', 'token [redacted]'],
    ['a JWT', 'bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjF9.c2ln-_A', 'bearer [redacted]'],
    [
      'a key',
      String.raw`"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n"`,
      String.raw`"[redacted]\n"`,
    ],
    [
      "anybody's password in a URL",
      'no route to ldaps://cn:geheim@host:636/',
      'no route to ldaps://cn:[redacted]@host:636/',
    ],
    [
      'nothing that is none',
      'https://api.github.com:443/a@b 12:30@home',
      'https://api.github.com:443/a@b 12:30@home',
    ],
  ])('%s', (_, line, expected) => {
    expect(clean(line)).toBe(expected);
  });
});

interface Line {
  readonly delivery?: string;
  readonly task?: string;
  readonly msg: string;
  readonly verb?: string;
  readonly level: number;
}

describe('a story', () => {
  const written: string[] = [];
  const lines = () => written.map((line) => JSON.parse(line) as Line);
  let acme: Acme;
  beforeAll(async () => {
    acme = await openAcme({ resources: 1, logTo: { write: (line) => void written.push(line) } });
  });
  afterAll(() => acme.close());

  test('is found by the id of a delivery, from the webhook to the call of the connector', async () => {
    await acme.comments(await acme.obtains({ resource: acme.freshResource() }));
    const given = lines().find(({ verb }) => verb === 'grant');
    expect(given).toMatchObject({ task: 'apply-grants', msg: 'the target was asked' });
    const way = lines().filter(({ delivery }) => delivery === given?.delivery);
    expect(way.map(({ msg, task }) => [msg, task])).toEqual(
      expect.arrayContaining([
        ['a webhook was accepted', undefined],
        ['a task is done', 'decide-merge'],
        ['a task is done', 'apply-grants'],
        ['a task is done', 'announce-pull'],
      ]),
    );
    const sent = acme.world.deliveries().find(({ id }) => id === given?.delivery);
    expect(['push', 'pull_request']).toContain(sent?.event);
    const { rows } = await acme.database.run(
      `select delivery_id as delivery from audit_events where kind in ('grant-decided', 'access-granted')`,
    );
    expect(rows.map(({ delivery }) => delivery)).toEqual([given?.delivery, given?.delivery]);
    // Every line of a task says which.
    expect(lines().filter(({ msg, task }) => msg === 'a task is done' && !task)).toEqual([]);
  });

  test('tells no secret, whatever fails', async () => {
    const { world, target } = acme;
    const answering = target.client.query.bind(target.client);
    target.client.query = () =>
      Promise.reject(Object.assign(new Error(`no route to ${ordersUrl}`), { password: ordersPassword }));
    world.faults({
      requests: [
        { at: /./, fault: { kind: 'server-error', status: 500, done: false } },
        { at: /./, nth: 3, fault: { kind: 'cut', done: false } },
      ],
    });
    acme.clock.advanceTo(acme.clock.now() + 241 * 60_000);
    await eventually(async () => lines().some(({ msg }) => msg === 'the target could not be asked'));
    target.client.query = answering;
    world.uninstallsApp();
    await world.installsAppAgain();
    await acme.later(1);
    acme.app().parts.log.error({ env: { KEY: world.app.privateKey, DB: databasePassword } }, 'a slip');

    const log = written.join('');
    expect(log).toContain('no route to postgres://countersign:[redacted]@orders');
    expect(log).toContain('GitHub does not let the App sign in');
    expect(log).toContain('"a slip"');
    expect(lines().some(({ level }) => level <= 20)).toBe(true);
    expect(leakReport()).toBeUndefined();
  });
});
