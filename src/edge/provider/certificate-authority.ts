// The CA of a provider as the settings give it: a file or base64. Light, since it is part of a login's name and every
// kubectl command needs that; whether it is a real certificate shows when `https.ts` uses it.

import { Failure } from '../../failure.ts';
import type { CertificateAuthority } from '../../oidc/settings.ts';
import { fileFailure } from '../files/file-failure.ts';
import { readGivenFileSync } from '../files/given-file.ts';

const maxBytes = 1024 * 1024;

/**
 * `certificates`: the base64 of each, a line each; `sha256` (hex) is over that. Line ends, comments and whether it
 * came as file or data make no difference to either.
 */
export type GivenAuthority = { readonly pem: string; readonly certificates: string; readonly sha256: string };

/** Reads what `--certificate-authority` or `-data` gives, undefined for the system's CAs. Fails with `file` when it can't be read, `usage` when it holds no certificate, is no ordinary file or has more than 1 MiB. */
export function readCertificateAuthority(given: CertificateAuthority): GivenAuthority | undefined {
  if (given.kind === 'system') return undefined;
  const pem =
    given.kind === 'file' ? readPem(given.path) : Buffer.from(given.base64, 'base64').toString('latin1');
  const certificates = certificatesOf(
    pem,
    given.kind === 'file' ? given.path : '--certificate-authority-data',
  );
  return {
    pem,
    certificates,
    // Only when asked for: a warm get-token finds its login without, and loading node:crypto costs 5 ms.
    get sha256() {
      return sha256Of(certificates);
    },
  };
}

/** SHA-256 (hex) over the certificates of a PEM text, '' for none given. Fails with `usage`, naming `source`, when it holds no certificate. */
export function authorityDigest(pem: string | undefined, source: string): string {
  return pem === undefined ? '' : sha256Of(certificatesOf(pem, source));
}

function sha256Of(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex');
}

function certificatesOf(pem: string, source: string): string {
  const blocks = [
    ...pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g),
  ];
  if (blocks.length > 0) return blocks.map(([, base64 = '']) => base64.replaceAll(/\s/g, '')).join('\n');
  throw new Failure('usage', `${source} holds no certificate`, {
    hint: 'Give the CA of the identity provider as PEM: a text with "BEGIN CERTIFICATE".',
  });
}

function readPem(path: string): string {
  try {
    return readGivenFileSync(path, maxBytes).toString('latin1');
  } catch (error) {
    throw fileFailure('could not read the certificate authority', path, error);
  }
}
