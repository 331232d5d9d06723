// An API server's answer in JSON, whole before it is read.

import { Failure } from '../../failure.ts';

/** What makes an answer out of its bytes as they come. */
export type AnswerReader = {
  /** Fails with `cluster` on more than an answer can be. */
  readonly add: (chunk: Buffer) => void;
  /** The body as JSON gives it; undefined where it is none. */
  readonly end: () => unknown;
};

/** A whole LIST of the largest clusters has a fifth of this. */
const maxBytes = 256 * 1024 * 1024;

export class JsonAnswer implements AnswerReader {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > maxBytes) throw new Failure('cluster', 'the API server sent an endless answer');
  }

  end(): unknown {
    return parsed(Buffer.concat(this.#chunks));
  }
}

/** /readyz and proxies in between answer in other words; the status says what counts. */
export function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
