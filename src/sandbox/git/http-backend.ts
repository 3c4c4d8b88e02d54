import { spawn } from 'node:child_process';
import { gitEnvironment } from './process.ts';

/** What a client of git asks for over HTTP; `path` is below the repository, such as `info/refs`. */
export interface GitRequest {
  method: string;
  path: string;
  query: string;
  contentType: string | undefined;
  contentEncoding: string | undefined;
  /** The `Git-Protocol` header. */
  protocol: string | undefined;
  body: Buffer;
}

export interface GitResponse {
  status: number;
  headers: [string, string][];
  body: Buffer;
}

/** Lets git's own CGI program answer for a repository. */
export function httpBackend(folder: string, request: GitRequest): Promise<GitResponse> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], {
      cwd: folder,
      env: { ...gitEnvironment, ...variables(folder, request) },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const out: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.on('error', reject);
    // What went wrong stands in the answer, whatever the exit code.
    child.on('close', () => resolve(parseAnswer(Buffer.concat(out))));
    child.stdin.on('error', () => undefined);
    child.stdin.end(request.body);
  });
}

function variables(folder: string, request: GitRequest): NodeJS.ProcessEnv {
  const { contentType, contentEncoding, protocol } = request;
  return {
    PATH_TRANSLATED: `${folder}/${request.path}`,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method,
    QUERY_STRING: request.query,
    ...(contentType ? { CONTENT_TYPE: contentType } : {}),
    ...(contentEncoding ? { HTTP_CONTENT_ENCODING: contentEncoding } : {}),
    ...(protocol ? { GIT_PROTOCOL: protocol } : {}),
  };
}

function parseAnswer(answer: Buffer): GitResponse {
  const split = answer.indexOf('\r\n\r\n');
  if (split < 0) return { status: 500, headers: [], body: Buffer.alloc(0) };
  const headers = answer
    .subarray(0, split)
    .toString()
    .split('\r\n')
    .map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
  const status = headers.find(([name]) => name === 'status')?.[1] ?? '200';
  return {
    status: Number.parseInt(status, 10),
    headers: headers.filter(([name]) => name !== 'status'),
    body: answer.subarray(split + 4),
  };
}
