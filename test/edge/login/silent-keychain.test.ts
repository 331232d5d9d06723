import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readUnlessSilent } from '../../../src/edge/login/silent-keychain.ts';
import { StuckInKeychain } from '../../../src/edge/store/keychain.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'silent-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const hanging = () => Promise.withResolvers<string>().promise;
const atItsDeadline = () => Promise.reject(new StuckInKeychain());
const slow = () => new Promise<string>((resolve) => setTimeout(resolve, 600, 'item'));
const read = (clientPid: number, work: () => Promise<string>, askedMs?: number) =>
  readUnlessSilent({ folder, clientPid, askedMs }, work);

describe('a keychain that does not answer', () => {
  it('is told to those who waited for their turn meanwhile, and to the repeats of the same kubectl', async () => {
    const askedMs = Date.now();
    await expect(read(1, atItsDeadline)).rejects.toBeInstanceOf(StuckInKeychain);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(read(2, hanging, askedMs)).rejects.toBeInstanceOf(StuckInKeychain);
    await expect(read(1, hanging)).rejects.toBeInstanceOf(StuckInKeychain);
  });

  it('is asked again by everybody else, also by those who asked after others were told of it', async () => {
    const askedMs = Date.now();
    await expect(read(1, atItsDeadline)).rejects.toThrow('did not answer');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const laterMs = Date.now();
    await expect(read(2, hanging, askedMs)).rejects.toThrow('did not answer');
    expect(await read(3, slow)).toBe('item');
    expect(await read(4, slow, laterMs)).toBe('item');
  });

  it('leaves no note when it answers, or fails in another way', async () => {
    expect(await read(1, slow)).toBe('item');
    await expect(read(1, () => Promise.reject(new Error('another')))).rejects.toThrow('another');
    expect(readdirSync(folder)).toEqual([]);
  });
});
