import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { serve, type Handler, type RunningServer } from '../../src/web/server.ts';

const errors: unknown[] = [];
let server: RunningServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
  errors.length = 0;
});

async function start(...handlers: Handler[]): Promise<RunningServer> {
  server = await serve(handlers, { host: '127.0.0.1', port: 0 }, (error) => errors.push(error));
  return server;
}

/** Answers what it is asked for at one path. */
function page(path: string, body: string): Handler {
  return async (request, response) => {
    if (request.url !== path) return false;
    response.end(body);
    return true;
  };
}

/** Sends these lines as they are, and no body at all, and returns the answer once the server hung up. */
function raw(url: string, ...lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('error', reject);
  });
}

const mib = 1024 * 1024;
const post = ['POST /hook HTTP/1.1', 'Host: here'];
const never: Handler = () => Promise.reject(new Error('a handler was asked'));

describe('a body', () => {
  test('over 25 MB is refused before any of it was sent', async () => {
    const { url } = await start(never);
    const answer = await raw(url, ...post, `Content-Length: ${25 * mib + 1}`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*connection: close[^]*a body may have 25 MB at most\n$/);
    expect(errors).toEqual([]);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'of a %s that does not say its length is refused',
    async (method) => {
      const { url } = await start(never);
      const answer = await raw(url, `${method} /hook HTTP/1.1`, 'Host: here', 'Transfer-Encoding: chunked');
      expect(answer).toMatch(/^HTTP\/1\.1 411 [^]*a body must say its length\n$/);
    },
  );

  test.each(['-1', '1e3', '0x10', 'x', '5, 6'])(
    'whose length is %s is refused by Node itself',
    async (length) => {
      const { url } = await start(never);
      expect(await raw(url, ...post, `Content-Length: ${length}`)).toMatch(/^HTTP\/1\.1 400 /);
    },
  );

  test.each(['GET', 'HEAD'])(
    'of a %s is refused alike, although such a request needs none',
    async (method) => {
      const { url } = await start(never);
      const chunked = await raw(url, `${method} / HTTP/1.1`, 'Host: here', 'Transfer-Encoding: chunked');
      expect(chunked).toMatch(/^HTTP\/1\.1 411 /);
      const large = await raw(url, `${method} / HTTP/1.1`, 'Host: here', `Content-Length: ${25 * mib + 1}`);
      expect(large).toMatch(/^HTTP\/1\.1 413 /);
    },
  );

  test.each(['GET', 'POST', 'DELETE'])('may be left out of a %s', async (method) => {
    const { url } = await start(page('/hook', 'here'));
    expect(await raw(url, `${method} /hook HTTP/1.1`, 'Host: here', 'Connection: close')).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });

  test('of 25 MB is handed on, whole', async () => {
    const { url } = await start(async (request, response) => {
      let bytes = 0;
      for await (const chunk of request) bytes += (chunk as Buffer).length;
      response.end(String(bytes));
      return true;
    });
    const answer = await fetch(url, { method: 'POST', body: Buffer.alloc(25 * mib) });
    expect(await answer.text()).toBe(String(25 * mib));
  });
});

describe('a request', () => {
  test('goes to the first handler that answers it', async () => {
    const { url } = await start(page('/a', 'first'), page('/a', 'second'), page('/b', 'third'));
    expect(await (await fetch(`${url}/a`)).text()).toBe('first');
    expect(await (await fetch(`${url}/b`)).text()).toBe('third');
  });

  test('that no handler answers is not found', async () => {
    const { url } = await start(page('/a', 'first'));
    const answer = await fetch(`${url}/c`);
    expect([answer.status, await answer.text()]).toEqual([404, 'not found\n']);
    expect(errors).toEqual([]);
  });

  test('whose handler fails is answered without saying why, and logged once', async () => {
    const failure = new Error('the password is hunter2');
    const { url } = await start(() => Promise.reject(failure));
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([500, 'internal error\n']);
    expect(errors).toEqual([failure]);
  });

  test('whose handler fails in mid-answer is broken off rather than taken for whole', async () => {
    const { url } = await start(async (_, response) => {
      response.write('half');
      throw new Error('no more');
    });
    await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow('terminated');
    expect(errors).toHaveLength(1);
  });
});

describe('the end', () => {
  test('waits for the requests under way, and takes no new ones', async () => {
    const arrived = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const running = await start(async (_, response) => {
      arrived.resolve();
      await released.promise;
      response.end('done');
      return true;
    });
    const answer = fetch(running.url).then((response) => response.text());
    await arrived.promise;
    let closed = false;
    const closing = running.close().then(() => (closed = true));
    await expect(fetch(running.url)).rejects.toThrow('fetch failed');
    expect(closed).toBe(false);
    released.resolve();
    expect(await answer).toBe('done');
    await closing;
    server = undefined;
  });

  test('does not wait for connections that are kept alive', async () => {
    const running = await start(page('/', 'here'));
    await (await fetch(running.url)).text();
    await running.close();
    server = undefined;
    await expect(fetch(running.url)).rejects.toThrow('fetch failed');
  });
});

test('a port that is taken is an error', async () => {
  const { url } = await start();
  const taken = { host: '127.0.0.1', port: Number(new URL(url).port) };
  await expect(serve([], taken, () => undefined)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('an IPv6 address is written as URLs want it', async () => {
  server = await serve([page('/', 'here')], { host: '::1', port: 0 }, () => undefined);
  expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect(await (await fetch(server.url)).text()).toBe('here');
});
