// An ELF executable without what only debuggers read: a quarter of Node's size. Done here and not by `strip`, so that
// the bytes of a release do not depend on the version of a tool, and the same code serves both processors.

/** Places in the header of a 64-bit ELF file (elf(5)). */
const header = {
  programTable: 0x20,
  sectionTable: 0x28,
  programEntrySize: 0x36,
  programEntries: 0x38,
  sectionEntries: 0x3c,
  sectionNames: 0x3e,
} as const;

/**
 * The part of a little-endian 64-bit ELF file that the kernel and the loader use (its segments), and no table of
 * sections. Throws for another kind of file.
 */
export function withoutSections(file: Buffer): Buffer {
  if (!file.subarray(0, 6).equals(Buffer.from('\x7fELF\x02\x01', 'latin1'))) {
    throw new Error('no little-endian 64-bit ELF file');
  }
  const table = Number(file.readBigUInt64LE(header.programTable));
  const size = file.readUInt16LE(header.programEntrySize);
  const ends = Array.from({ length: file.readUInt16LE(header.programEntries) }, (_, index) => {
    const entry = table + index * size;
    return Number(file.readBigUInt64LE(entry + 0x08) + file.readBigUInt64LE(entry + 0x20));
  });
  const kept = Buffer.from(file.subarray(0, Math.max(...ends)));
  kept.writeBigUInt64LE(0n, header.sectionTable);
  kept.writeUInt16LE(0, header.sectionEntries);
  kept.writeUInt16LE(0, header.sectionNames);
  return kept;
}
