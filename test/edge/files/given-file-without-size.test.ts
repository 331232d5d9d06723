import { describe, expect, it } from 'vitest';
import { readGivenFileSync } from '../../../src/edge/files/given-file.ts';

describe('a file that somebody names', () => {
  it('is limited by what is read, where the system tells no size', () => {
    expect(readGivenFileSync('/proc/self/status', 100_000).toString()).toContain('Pid:');
    expect(() => readGivenFileSync('/proc/self/status', 100)).toThrow('has more than 100 bytes');
  });
});
