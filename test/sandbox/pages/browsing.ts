/** What a browser got. */
export interface Seen {
  readonly status: number;
  readonly html: string;
  readonly location: string | null;
  readonly headers: Headers;
}

/** A browser that follows no redirects, with the cookie of whoever it acts as. */
export interface Browsing {
  readonly browse: (address: string, login: string | null, init?: RequestInit) => Promise<Seen>;
  /** Sends a form. */
  readonly submit: (
    address: string,
    login: string | null,
    fields: Record<string, string>,
    origin?: string,
  ) => Promise<Seen>;
}

export function browsing(url: string): Browsing {
  async function browse(address: string, login: string | null, init: RequestInit = {}): Promise<Seen> {
    const response = await fetch(`${url}${address}`, {
      redirect: 'manual',
      ...init,
      headers: {
        accept: 'text/html,application/xhtml+xml',
        ...(login === null ? {} : { cookie: `sandbox_person=${login}` }),
        ...(init.headers as Record<string, string>),
      },
    });
    const { status, headers } = response;
    return { status, html: await response.text(), location: headers.get('location'), headers };
  }
  return {
    browse,
    submit: (address, login, fields, origin = url) =>
      browse(address, login, { method: 'POST', body: new URLSearchParams(fields), headers: { origin } }),
  };
}
