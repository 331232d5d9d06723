// Parts of a large text, put together for writing: a write for each of ten thousand lines would cost more than they do.

const chunkLength = 256 * 1024;

/** The same text in fewer parts. */
export function* inChunks(parts: Iterable<string>): Generator<string> {
  let chunk: string[] = [];
  let length = 0;
  for (const part of parts) {
    chunk.push(part);
    length += part.length;
    if (length < chunkLength) continue;
    yield chunk.join('');
    chunk = [];
    length = 0;
  }
  if (length > 0) yield chunk.join('');
}
