// Protocol buffers as plain objects: of each message the fields that a table names, the rest is stepped over. For LISTs
// of tens of thousands, which the API server writes, and we read, several times as fast as JSON.

import { RecentValues, type Values } from './recent-values.ts';

/**
 * What stands in a field; `many` where it may come several times, and is then always a list. `alike`: many objects hold
 * the same there, and are given one value for all, which nobody may change.
 */
export type Field = { readonly name: string; readonly many?: boolean } & (
  | { readonly kind: 'text' | 'number' | 'bytes' | 'texts by name' }
  | { readonly kind: 'message'; readonly of: Message; readonly alike?: boolean }
);
/** By field number. */
export type Message = Readonly<Record<number, Field>>;
export type Decoded = Values;

/** Fields that are not there are left out. Throws a RangeError for bytes that are no such message. */
export function decodeMessage(bytes: Buffer, message: Message, recent = new RecentValues()): Decoded {
  return new Reader(bytes, recent).message(bytes.length, message);
}

export type FieldHead = { readonly number: number; readonly start: number; readonly end: number };

/**
 * Where the text or message that begins at `at` lies, though not all of it may be there; undefined while not even its
 * length is. Throws a RangeError for a field that is neither.
 */
export function fieldHeadAt(bytes: Buffer, at: number): FieldHead | undefined {
  const tag = varintAt(bytes, at);
  const length = tag && varintAt(bytes, tag.next);
  if (tag === undefined || length === undefined) return undefined;
  if (tag.value % 8 !== asBytes) throw new RangeError('a field is neither a text nor a message');
  const start = length.next;
  return { number: Math.floor(tag.value / 8), start, end: start + length.value };
}

const [asVarint, asFixed64, asBytes, asFixed32] = [0, 1, 2, 5];
const entry: Message = { 1: { name: 'key', kind: 'text' }, 2: { name: 'value', kind: 'text' } };

class Reader {
  readonly #bytes: Buffer;
  readonly #recent: RecentValues;
  #at = 0;
  /** Where the message that is being read ends. */
  #until = 0;

  constructor(bytes: Buffer, recent: RecentValues) {
    this.#bytes = bytes;
    this.#recent = recent;
  }

  message(end: number, message: Message): Decoded {
    const decoded: Decoded = {};
    const outer = this.#until;
    this.#until = end;
    while (this.#at < end) {
      const tag = this.#varint();
      const field = message[Math.floor(tag / 8)];
      if (field === undefined) this.#skip(tag % 8);
      else this.#field(decoded, field, tag);
    }
    if (this.#at > end) throw new RangeError('a message ends beyond its end');
    this.#until = outer;
    return decoded;
  }

  #field(decoded: Decoded, field: Field, tag: number): void {
    if (tag % 8 !== (field.kind === 'number' ? asVarint : asBytes)) throw new RangeError('another wire type');
    if (field.kind === 'texts by name') this.#map(decoded, field, tag);
    else this.#set(decoded, field);
  }

  #set(decoded: Decoded, field: Field): void {
    const value = this.#value(field);
    const there = field.many === true ? decoded[field.name] : undefined;
    if (Array.isArray(there)) there.push(value);
    else decoded[field.name] = field.many === true ? [value] : value;
  }

  #value(field: Field): unknown {
    if (field.kind === 'number') return this.#varint();
    const end = this.#end();
    if (field.kind === 'message')
      return field.alike === true ? this.#alike(end, field) : this.message(end, field.of);
    const start = this.#at;
    this.#at = end;
    if (field.kind === 'bytes') return this.#bytes.subarray(start, end);
    return this.#bytes.toString('utf8', start, end);
  }

  #alike(end: number, field: Extract<Field, { kind: 'message' }>): Decoded {
    const start = this.#at;
    const value = this.#recent.value(field, { bytes: this.#bytes, start, end }, () =>
      this.message(end, field.of),
    );
    this.#at = end;
    return value;
  }

  /** All entries of a map, which stand together; one that comes later (no server does so) adds to a copy. */
  #map(decoded: Decoded, field: Field, tag: number): void {
    const start = this.#at;
    let end = this.#end();
    for (this.#at = end; this.#at < this.#until; this.#at = end) {
      if (this.#varint() !== tag) break;
      end = this.#end();
    }
    this.#at = start;
    const map = this.#recent.value(field, { bytes: this.#bytes, start, end }, () => this.#entries(end, tag));
    this.#at = end;
    const there = decoded[field.name];
    decoded[field.name] = isMap(there) ? { ...there, ...map } : map;
  }

  /** `__proto__` is no name that Kubernetes allows. */
  #entries(end: number, tag: number): Decoded {
    const map: Decoded = {};
    for (;;) {
      const { key = '', value = '' } = this.message(this.#end(), entry);
      if (typeof key === 'string' && key !== '__proto__') map[key] = value;
      if (this.#at >= end || this.#varint() !== tag) return map;
    }
  }

  #end(): number {
    const length = this.#varint();
    if (this.#at + length > this.#bytes.length) throw new RangeError('a field ends beyond the message');
    return this.#at + length;
  }

  #skip(wire: number): void {
    if (wire === asBytes) this.#at = this.#end();
    else if (wire === asVarint) this.#varint();
    else if (wire === asFixed64) this.#at += 8;
    else if (wire === asFixed32) this.#at += 4;
    else throw new RangeError('an unknown wire type');
  }

  #varint(): number {
    const first = this.#bytes[this.#at];
    // The common case, without an object.
    if (first !== undefined && first < 128) {
      this.#at += 1;
      return first;
    }
    const found = varintAt(this.#bytes, this.#at);
    if (found === undefined) throw new RangeError('the message ends within a number');
    this.#at = found.next;
    return found.value;
  }
}

/** Beyond 2^53 not exact: no count is that large, and what is skipped needs no value. */
function varintAt(bytes: Buffer, at: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    if (byte < 128) return { value: value + byte * 128 ** index, next: at + index + 1 };
    value += (byte - 128) * 128 ** index;
  }
  throw new RangeError('a number without an end');
}

function isMap(value: unknown): value is Decoded {
  return typeof value === 'object' && value !== null;
}
