// Values that are larger than one keychain item (Windows takes 2,560 bytes a credential), kept as chunks of two
// alternating generations. The item named by the account holds the value itself or a manifest, and writing that
// one item is the flip: whoever dies before or after any write leaves the old value or the new one.

/** A keychain's items as keytar has them, the service name already bound. Rejects with foreign errors. */
export type KeychainItems = {
  readonly get: (account: string) => Promise<string | null>;
  readonly set: (account: string, value: string) => Promise<void>;
  /** False when there was nothing. */
  readonly delete: (account: string) => Promise<boolean>;
};

export type ChunkedRead =
  | { readonly kind: 'found'; readonly value: string }
  | { readonly kind: 'absent' }
  /** A manifest whose chunks are missing or are not the ones it was written for. */
  | { readonly kind: 'damaged' };

type Generation = 'a' | 'b';
type Manifest = { readonly generation: Generation; readonly count: number; readonly sha256: string };

const manifestMark = 'kubectl-oidc-chunks ';
const maxChunks = 1000;

/** The value as it was written last, in one item's read unless it was chunked. */
export async function readChunked(items: KeychainItems, account: string): Promise<ChunkedRead> {
  const head = await items.get(account);
  if (head === null) return { kind: 'absent' };
  if (!head.startsWith(manifestMark)) return { kind: 'found', value: head };
  const value = await readGeneration(items, account, head);
  if (value !== undefined) return { kind: 'found', value };
  // A writer may have flipped and deleted this generation between our two reads: then the manifest is another one.
  const headNow = await items.get(account);
  return headNow === head ? { kind: 'damaged' } : readAgain(items, account, headNow);
}

/** Stores the value in items of at most `limitBytes` bytes (UTF-8; 100 or more, for the manifest) and removes what no manifest names any more. */
export async function writeChunked(
  items: KeychainItems,
  item: { readonly account: string; readonly limitBytes: number },
  value: string,
): Promise<void> {
  const { account, limitBytes } = item;
  if (Buffer.byteLength(value) <= limitBytes && !value.startsWith(manifestMark)) {
    // Looked for while it is written, since each look costs kubectl milliseconds; removed afterwards.
    const [leftovers] = await Promise.all([endsOf(items, account, wholes), items.set(account, value)]);
    return removeRows(items, account, { from: wholes, ends: leftovers });
  }
  const generation = otherThan(parseManifest(await items.get(account))?.generation);
  const chunks = split(value, limitBytes);
  for (const [index, chunk] of chunks.entries())
    await items.set(chunkName(account, generation, index), chunk);
  const manifest = { generation, count: chunks.length, sha256: await sha256Of(value) };
  await items.set(account, formatManifest(manifest));
  await sweep(items, account, { ...wholes, [generation]: chunks.length });
}

/** Removes the value, its manifest first, and every chunk of it. */
export async function deleteChunked(items: KeychainItems, account: string): Promise<void> {
  await items.delete(account);
  await sweep(items, account, wholes);
}

async function readGeneration(
  items: KeychainItems,
  account: string,
  head: string,
): Promise<string | undefined> {
  const manifest = parseManifest(head);
  if (manifest === undefined) return undefined;
  let value = '';
  for (let index = 0; index < manifest.count; index += 1) {
    const chunk = await items.get(chunkName(account, manifest.generation, index));
    if (chunk === null) return undefined;
    value += chunk;
  }
  return (await sha256Of(value)) === manifest.sha256 ? value : undefined;
}

async function readAgain(items: KeychainItems, account: string, head: string | null): Promise<ChunkedRead> {
  if (head === null) return { kind: 'absent' };
  if (!head.startsWith(manifestMark)) return { kind: 'found', value: head };
  const value = await readGeneration(items, account, head);
  return value === undefined ? { kind: 'damaged' } : { kind: 'found', value };
}

/** By generation, a number of chunks. */
type Rows = Readonly<Record<Generation, number>>;
const generations = ['a', 'b'] as const;
/** What a value in one item leaves of either generation. */
const wholes: Rows = { a: 0, b: 0 };

async function sweep(items: KeychainItems, account: string, from: Rows): Promise<void> {
  await removeRows(items, account, { from, ends: await endsOf(items, account, from) });
}

/** Where the rows of chunks end that begin there. */
async function endsOf(items: KeychainItems, account: string, from: Rows): Promise<Rows> {
  const [a, b] = await Promise.all(
    generations.map(async (generation) => {
      let end = from[generation];
      while ((await items.get(chunkName(account, generation, end))) !== null) end += 1;
      return end;
    }),
  );
  return { a: a ?? 0, b: b ?? 0 };
}

/** Deletes downwards: a crash half-way leaves a row without gaps, which the next sweep finds again. */
async function removeRows(
  items: KeychainItems,
  account: string,
  { from, ends }: { readonly from: Rows; readonly ends: Rows },
): Promise<void> {
  for (const generation of generations)
    for (let index = ends[generation] - 1; index >= from[generation]; index -= 1)
      await items.delete(chunkName(account, generation, index));
}

/** `#` never stands in an account, which is percent-encoded. */
function chunkName(account: string, generation: Generation, index: number): string {
  return `${account}#${generation}${index}`;
}

function otherThan(generation: Generation | undefined): Generation {
  return generation === 'a' ? 'b' : 'a';
}

function formatManifest({ generation, count, sha256 }: Manifest): string {
  return `${manifestMark}${generation} ${count} ${sha256}`;
}

function parseManifest(head: string | null): Manifest | undefined {
  if (head === null || !head.startsWith(manifestMark)) return undefined;
  const [, generation, count, sha256] =
    /^([ab]) (\d{1,4}) ([0-9a-f]{64})$/.exec(head.slice(manifestMark.length)) ?? [];
  if (generation === undefined || sha256 === undefined || Number(count) > maxChunks) return undefined;
  return { generation: generation === 'a' ? 'a' : 'b', count: Number(count), sha256 };
}

/** Pieces of at most `limitBytes` bytes that never cut a character in two. */
function split(value: string, limitBytes: number): string[] {
  const bytes = Buffer.from(value);
  const chunks: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(start + limitBytes, bytes.length);
    while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end -= 1;
    chunks.push(bytes.toString('utf8', start, end));
    start = end;
  }
  return chunks;
}

async function sha256Of(value: string): Promise<string> {
  // Loaded here: a value in one item, the warm path's case, does not pay for it.
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(value).digest('hex');
}
