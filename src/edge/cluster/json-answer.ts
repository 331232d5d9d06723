// An API server's answer in JSON, whole before it is read.

/** What makes an answer out of its bytes as they come. */
export type AnswerReader = {
  readonly add: (chunk: Buffer) => void;
  /** The body as JSON gives it; undefined where it is none. */
  readonly end: () => unknown;
};

export class JsonAnswer implements AnswerReader {
  readonly #chunks: Buffer[] = [];

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
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
