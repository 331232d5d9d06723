import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildFront } from '../../scripts/parts/front.ts';
import { freshFolder } from '../edge/parts/processes.ts';

/** ELF header, 64 bits, little endian (elf(5)). */
const machineAt = 18;
const programHeadersAt = 54;
const interpreter = 3;

test.each([
  ['amd64', 62],
  ['arm64', 183],
] as const)(
  'the front for %s is static, and the same bytes from another folder and whatever go is set to',
  async (arch, machine) => {
    const folder = freshFolder();
    const source = join(folder, 'elsewhere');
    cpSync(join(import.meta.dirname, '../../front'), source, { recursive: true });
    const built = async (name: string, from: object): Promise<Buffer> => {
      const output = join(folder, name);
      await buildFront({ arch, output, environment: process.env, say: console.log, ...from });
      return readFileSync(output);
    };
    const front = await built('here', {});
    expect(front.readUInt16LE(machineAt)).toBe(machine);
    expect(segmentsOf(front)).not.toContain(interpreter);
    expect(front.includes(import.meta.dirname)).toBe(false);
    const GOENV = join(folder, 'go-env');
    writeFileSync(GOENV, 'GOFLAGS=-gcflags=-N\nGOFIPS140=latest\n');
    const environment = { ...process.env, GOENV };
    expect(front.equals(await built('there', { source, environment }))).toBe(true);
  },
  120_000,
);

function segmentsOf(program: Buffer): readonly number[] {
  const [size, count] = [program.readUInt16LE(programHeadersAt), program.readUInt16LE(programHeadersAt + 2)];
  const start = Number(program.readBigUInt64LE(32));
  return Array.from({ length: count }, (_, index) => program.readUInt32LE(start + index * size));
}
