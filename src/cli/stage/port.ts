import { UserError } from '../exit.ts';

/** The number that `--port` gives. */
export function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UserError(`--port ${text} is no port number (0 to 65535).`, 2);
}

/** Starts what listens on the port; a port that somebody else has is the user's to change. */
export async function listeningOn<Started>(port: number, start: () => Promise<Started>): Promise<Started> {
  try {
    return await start();
  } catch (error) {
    const { code, port: taken } = error as NodeJS.ErrnoException & { readonly port?: number };
    if (taken !== port || (code !== 'EADDRINUSE' && code !== 'EACCES')) throw error;
    const why = code === 'EACCES' ? 'is not for this user' : 'is in use';
    throw new UserError(
      `Port ${port} ${why}: stop what listens there, or name another with --port (0 takes a free one).`,
      2,
    );
  }
}
