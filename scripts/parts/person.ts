// Plays the person in front of the browser, over plain http: follows redirects with cookies, fills in the sign-in
// form, and ends at the loopback address, as a browser would. Cookies go back to the origin that set them.

import { appendFile, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';

export type SignIn = {
  readonly caPem: string;
  readonly password?: string;
  /** `cancel` presses Cancel: the provider answers `access_denied`. Default `sign-in`. */
  readonly action?: 'sign-in' | 'cancel';
  readonly signal?: AbortSignal;
};

/** The page where the journey ended: of the loopback listener, or of the provider when it refused. */
export type LastPage = {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

/** By origin, then by name. */
type Jar = Map<string, Map<string, string>>;

type Ask = {
  readonly url: URL;
  readonly caPem: string;
  readonly cookies: Jar;
  readonly form?: URLSearchParams;
  readonly signal: AbortSignal | undefined;
};

/** Signs in as `username` at an authorization address or one that leads there; at most 20 pages. Does not check the page's looks. */
export async function signInAs(url: string, username: string, options: SignIn): Promise<LastPage> {
  const cookies: Jar = new Map();
  const words = { username, password: options.password ?? '', action: options.action ?? 'sign-in' };
  const common = { caPem: options.caPem, cookies, signal: options.signal };
  let next: Ask = { ...common, url: new URL(url) };
  let submitted = false;
  for (let pages = 0; pages < 20; pages += 1) {
    const page = await ask(next);
    const location = page.headers.location;
    if (typeof location === 'string') next = { ...common, url: new URL(location, page.url) };
    else if (!submitted && page.status === 200 && page.body.includes('name="username"')) {
      submitted = true;
      next = { ...common, url: new URL(page.url), form: new URLSearchParams(words) };
    } else return page;
  }
  throw new Error(`the sign-in at ${new URL(url).origin} did not end within 20 pages`);
}

async function ask({ url, caPem, cookies, form, signal }: Ask): Promise<LastPage> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers: Record<string, string> = { accept: 'text/html' };
  const own = cookies.get(url.origin) ?? new Map<string, string>();
  cookies.set(url.origin, own);
  if (own.size > 0) {
    headers.cookie = [...own].map(([name, value]) => `${name}=${value}`).join('; ');
  }
  if (form !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
  const { promise, resolve, reject } = Promise.withResolvers<LastPage>();
  const outgoing = request(
    url,
    {
      method: form === undefined ? 'GET' : 'POST',
      ca: caPem,
      headers,
      agent: false,
      ...(signal && { signal }),
    },
    (response) => {
      for (const cookie of response.headers['set-cookie'] ?? []) keep(own, cookie);
      text(response).then(
        (body) =>
          resolve({ url: url.href, status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    },
  );
  outgoing.on('error', reject);
  outgoing.end(form?.toString());
  return promise;
}

function keep(cookies: Map<string, string>, setCookie: string): void {
  const [pair = '', ...attributes] = setCookie.split('; ');
  const [name = '', ...value] = pair.split('=');
  const ended = attributes.some((attribute) => /^(expires=Thu, 01 Jan 1970|max-age=0$)/i.test(attribute));
  if (ended) cookies.delete(name);
  else cookies.set(name, value.join('='));
}

export type Desktop = {
  /** Variables for the program: a display is there, and opening an address reaches the scripted person. */
  readonly env: { readonly PATH: string; readonly BROWSER: string; readonly DISPLAY: string };
  /** The addresses that were opened so far, in order. */
  readonly opened: () => Promise<readonly string[]>;
};

/**
 * A desktop whose browser is a scripted person. `folder` gets an executable `xdg-open`; put `env` over the
 * program's own variables. The person signs in as `username` by themselves, in a process of their own.
 */
export async function makeDesktop(
  folder: string,
  username: string,
  options: Omit<SignIn, 'signal'>,
): Promise<Desktop> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const log = join(folder, 'opened');
  const opener = join(folder, 'xdg-open');
  const plan = join(folder, 'person.json');
  await appendFile(log, '');
  await writeFile(plan, JSON.stringify({ username, log, options }));
  const program = join(import.meta.dirname, 'browse.ts');
  const words = [process.execPath, program, plan].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  await writeFile(opener, `#!/bin/sh\nexec env -u NODE_OPTIONS ${words.join(' ')} "$1"\n`);
  await chmod(opener, 0o755);
  return {
    env: { PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`, BROWSER: opener, DISPLAY: ':99' },
    opened: async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line !== ''),
  };
}
