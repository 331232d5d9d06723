// A throw-away certificate authority in memory, for the provider and the API server of tests, demo and bench.

import './reflect-metadata.ts';
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate with its private key (PKCS #8), both PEM. */
export type IssuedCertificate = { readonly certPem: string; readonly keyPem: string };

export type CertificateAuthority = {
  readonly certPem: string;
  /** For a server reached by these names; those that are IP addresses go into the certificate as such. */
  readonly issueServerCertificate: (names: readonly string[]) => Promise<IssuedCertificate>;
  /** For a client: Kubernetes reads the common name as user and the organizations as groups. */
  readonly issueClientCertificate: (
    commonName: string,
    organizations: readonly string[],
  ) => Promise<IssuedCertificate>;
};

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const serverAuth = '1.3.6.1.5.5.7.3.1';
const clientAuth = '1.3.6.1.5.5.7.3.2';
const dayMs = 24 * 60 * 60 * 1000;

/** A new authority each time: EC P-256, valid for a day around now, its key never leaves this process. */
export async function makeCertificateAuthority(): Promise<CertificateAuthority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: [{ CN: ['kubectl-oidc throw-away CA'] }],
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });

  const issue = async (subject: x509.JsonName, extensions: readonly x509.Extension[]) => {
    const own = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity(),
      subject,
      issuer: authority.subject,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(authority),
        ...extensions,
      ],
    });
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
    return {
      certPem: `${certificate.toString('pem')}\n`,
      keyPem: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
    };
  };

  return {
    certPem: `${authority.toString('pem')}\n`,
    issueServerCertificate: (names) =>
      issue(
        [{ CN: [names[0] ?? 'server'] }],
        [
          new x509.ExtendedKeyUsageExtension([serverAuth]),
          new x509.SubjectAlternativeNameExtension(names.map(generalName)),
        ],
      ),
    issueClientCertificate: (commonName, organizations) =>
      issue(
        [...organizations.map((organization) => ({ O: [organization] })), { CN: [commonName] }],
        [new x509.ExtendedKeyUsageExtension([clientAuth])],
      ),
  };
}

function generalName(name: string): { readonly type: 'ip' | 'dns'; readonly value: string } {
  return { type: /^[\d.]+$|:/.test(name) ? 'ip' : 'dns', value: name };
}

// A day back as well: machines of testers have clocks that are off.
function validity(): { serialNumber: string; notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return {
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + dayMs),
  };
}
