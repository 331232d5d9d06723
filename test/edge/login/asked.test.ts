import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { askedBefore } from '../../../src/edge/login/asked.ts';

const tokens = { idToken: 'secret-token', expiresAt: 9000, obtainedAt: 1000 };
const asking = { tokens, server: 'https://a', client: { pid: 17, startTime: '4711' }, now: 2000 };
let folder = '';

beforeEach(() => {
  folder = makeFolder();
});

function makeFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'asked-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

describe('a process that asks again', () => {
  it('for the same token of the same server was refused with it', () => {
    expect(askedBefore(folder, asking)).toBe(false);
    expect(askedBefore(folder, asking)).toBe(true);
  });

  it.each([
    ['another server', { server: 'https://b' }],
    ['a newer token', { tokens: { ...tokens, obtainedAt: 1500 } }],
    ['another process', { client: { pid: 18, startTime: '4711' } }],
    ['another process of the same id', { client: { pid: 17, startTime: '4712' } }],
  ])('for %s was not', (_, change) => {
    askedBefore(folder, asking);
    expect(askedBefore(folder, { ...asking, ...change })).toBe(false);
  });

  it('within a minute of getting the token does not cost another refresh', () => {
    askedBefore(folder, asking);
    expect(askedBefore(folder, { ...asking, now: 1059 })).toBe(false);
  });

  it('leaves no token in the notes, and follows no planted link', () => {
    askedBefore(folder, asking);
    expect(readFileSync(join(folder, 'asked'), 'utf8')).not.toContain('secret-token');
    const other = makeFolder();
    writeFileSync(join(other, 'target'), 'intact', { mode: 0o600 });
    symlinkSync(join(other, 'target'), join(other, 'asked'));
    expect(askedBefore(other, asking)).toBe(false);
    expect(readFileSync(join(other, 'target'), 'utf8')).toBe('intact');
  });
});
