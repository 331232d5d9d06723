// The Headers and Response of the fetch standard, as far as openid-client and `https.ts` use them. The build puts them
// in the place of Node's, whose first use loads all of its HTTP client (undici): 30 to 40 ms of every refresh.

type Fields = Iterable<readonly [string, string]> | Readonly<Record<string, string>>;

/** Header fields by name, in any case (https://fetch.spec.whatwg.org/#headers-class). What a value may hold is checked by `node:http`, which sends it. */
export class Headers {
  readonly #values = new Map<string, string>();

  constructor(fields: Fields = {}) {
    const pairs = Symbol.iterator in fields ? fields : Object.entries(fields);
    for (const [name, value] of pairs) this.append(name, value);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), String(value));
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  entries(): MapIterator<[string, string]> {
    return this.#values.entries();
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }
}

type Init = { readonly status?: number; readonly headers?: Fields };

/** An answer whose body is here already and can be read once (https://fetch.spec.whatwg.org/#response-class). */
export class Response {
  readonly status: number;
  readonly headers: Headers;
  readonly #bytes: Uint8Array | null;
  #isUsed = false;

  constructor(bytes: Uint8Array | null = null, { status = 200, headers = {} }: Init = {}) {
    this.status = status;
    this.headers = new Headers(headers);
    this.#bytes = bytes;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  get bodyUsed(): boolean {
    return this.#isUsed;
  }

  get body(): { readonly cancel: () => Promise<void> } | null {
    return this.#bytes === null ? null : { cancel: async () => void this.#use() };
  }

  /** As UTF-8, without a byte order mark. Rejects with a TypeError the second time. */
  async text(): Promise<string> {
    return new TextDecoder().decode(this.#use());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  /** Another one to read. Throws a TypeError when this one was read. */
  clone(): Response {
    if (this.#isUsed) throw new TypeError('the body was read before');
    return new Response(this.#bytes, this);
  }

  #use(): Uint8Array {
    if (this.#isUsed) throw new TypeError('the body was read before');
    this.#isUsed = this.#bytes !== null;
    return this.#bytes ?? new Uint8Array();
  }
}

/** Only what a server would be asked with: openid-client tells it from its own by `instanceof`. */
export class Request {}
