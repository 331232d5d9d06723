import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readClientSecret } from '../../../src/edge/provider/client-secret.ts';
import { describeFailure } from '../../../src/failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'secret-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'secret');
const privateKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });

test('the secret is the one line of the file, through a link too', () => {
  writeFileSync(path, '  s3cret with spaces\r\n');
  symlinkSync(path, join(folder, 'linked'));
  expect(readClientSecret(join(folder, 'linked'))).toBe('s3cret with spaces');
  expect(readClientSecret(undefined)).toBeUndefined();
});

test.each([
  ['a private key', privateKey],
  ['two lines', 'CANARY\nCANARY'],
  ['a lone carriage return', 'CANARY\rCANARY'],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x41])],
  ['more than 1 KiB', 'CANARY'.repeat(200)],
  ['nothing', '\n'],
])('%s is refused by the path of the file, never with what it holds', (_, content) => {
  writeFileSync(path, content);
  const line = failureOf(path);
  expect(line).toContain(path);
  expect(line).not.toMatch(/CANARY|PRIVATE/);
});

test.each([
  ['a device', '/dev/zero', 'is not an ordinary file'],
  ['a folder', folder, 'EISDIR'],
  ['a file that is not there', join(folder, 'none'), 'ENOENT'],
])('%s is refused', (_, given, why) => {
  expect(failureOf(given)).toContain(why);
});

function failureOf(given: string): string {
  try {
    return String(readClientSecret(given));
  } catch (error) {
    return describeFailure(error);
  }
}
