import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeCertificateAuthority } from '../../../scripts/parts/certificates.ts';
import { readCertificateAuthority } from '../../../src/edge/provider/certificate-authority.ts';
import { describeFailure, Failure } from '../../../src/failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'ca-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'ca.pem');
const { certPem } = await makeCertificateAuthority();
const asData = (text: string) => ({ kind: 'data', base64: Buffer.from(text).toString('base64') }) as const;

test('the same CA has one digest, as file or data, whatever its line ends and comments', () => {
  writeFileSync(path, `# our CA\r\n${certPem.replaceAll('\n', '\r\n')}`);
  const fromFile = readCertificateAuthority({ kind: 'file', path });
  expect(fromFile?.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(readCertificateAuthority(asData(certPem))?.sha256).toBe(fromFile?.sha256);
  expect(readCertificateAuthority(asData(`${certPem}\n\n`))?.sha256).toBe(fromFile?.sha256);
});

test('another CA, or one more, has another digest', async () => {
  const other = (await makeCertificateAuthority()).certPem;
  const digests = [certPem, other, certPem + other, other + certPem].map(
    (pem) => readCertificateAuthority(asData(pem))?.sha256,
  );
  expect(new Set(digests).size).toBe(4);
});

test("the system's CAs have none", () => {
  expect(readCertificateAuthority({ kind: 'system' })).toBeUndefined();
});

test.each([
  ['a device', () => '/dev/zero', 'is not an ordinary file'],
  ['a folder', () => folder, 'EISDIR'],
  ['more than 1 MiB', () => huge(), 'has more than 1048576 bytes'],
])('%s is no CA', (_, place, why) => {
  const given = { kind: 'file', path: place() } as const;
  expect(() => readCertificateAuthority(given)).toThrow(Failure);
  expect(describe(() => readCertificateAuthority(given))).toContain(why);
});

test('a CA behind a link is read, since people link it', () => {
  writeFileSync(path, certPem);
  symlinkSync(path, join(folder, 'linked.pem'));
  const linked = readCertificateAuthority({ kind: 'file', path: join(folder, 'linked.pem') });
  expect(linked?.sha256).toBe(readCertificateAuthority(asData(certPem))?.sha256);
});

const huge = (): string => {
  writeFileSync(join(folder, 'huge.pem'), certPem.repeat(2000));
  return join(folder, 'huge.pem');
};

const describe = (work: () => unknown): string => {
  try {
    return String(work());
  } catch (error) {
    return describeFailure(error);
  }
};

test('a file that is absent or holds no certificate is told with its path', () => {
  expect(() => readCertificateAuthority({ kind: 'file', path: join(folder, 'none.pem') })).toThrow(
    join(folder, 'none.pem'),
  );
  writeFileSync(path, 'hello');
  expect(() => readCertificateAuthority({ kind: 'file', path })).toThrow(`${path} holds no certificate`);
  expect(() => readCertificateAuthority(asData('hello'))).toThrow(
    '--certificate-authority-data holds no certificate',
  );
});
