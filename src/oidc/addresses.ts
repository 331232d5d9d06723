// Which addresses a login may use: where tokens are asked for, and where the code may come back to.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import type { LoginFlag } from './login-options.ts';

const loopbackHosts = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** https, or http on loopback where the person said so; no query or fragment (OpenID Connect Discovery section 2). */
export function parseIssuer(text: string, allowHttpLoopback: boolean): string {
  const url = parseUrl(
    text,
    'issuer-url',
    'Give the address as the provider shows it, e.g. https://login.example.com.',
  );
  const isAllowedHttp = url.protocol === 'http:' && loopbackHosts.has(url.hostname) && allowHttpLoopback;
  if (url.protocol !== 'https:' && !isAllowedHttp) {
    throw new Failure('usage', `the issuer ${text} is not https`, {
      hint: 'Tokens are only asked for over https, and a kube-apiserver accepts no other issuer.',
    });
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw new Failure('usage', `the issuer ${url.origin}${url.pathname} has a query, fragment or password`, {
      hint: 'Give the address without it.',
    });
  }
  if (/[{}]|%7b/i.test(text)) {
    throw new Failure('usage', `the issuer ${text} is a template`, {
      hint: 'Kubernetes needs one issuer: put the tenant id in, e.g. https://login.microsoftonline.com/TENANT-ID/v2.0.',
    });
  }
  return text;
}

/** Loopback only, plain http (RFC 8252 section 7.3): the code must not leave this machine. */
export function parseRedirectUri(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = parseUrl(text, 'redirect-uri', 'Give a loopback address, e.g. http://127.0.0.1:8000/.');
  if (
    url.protocol !== 'http:' ||
    !loopbackHosts.has(url.hostname) ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  ) {
    throw new Failure('usage', `--redirect-uri is ${text}`, {
      hint: 'It must be http:// on 127.0.0.1, [::1] or localhost, without a query (RFC 8252 section 7.3).',
    });
  }
  return text;
}

function parseUrl(text: string, flag: LoginFlag, hint: string): URL {
  // The parser drops or encodes them silently: what is shown and compared must be what is asked.
  if (/[\s\p{Cc}\p{Cf}]/u.test(text))
    throw new Failure('usage', `--${flag} has a space or control character: "${cleanText(text)}"`, { hint });
  if (!URL.canParse(text))
    throw new Failure('usage', `--${flag} is "${text}", which is no address`, { hint });
  return new URL(text);
}
