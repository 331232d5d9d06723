// An API server's answer in protocol buffers, read while it comes: what was asked for as JSON would give it, the items of
// a list one by one, so that a list is never held twice.

import { itemOf, listMeta, messageOf, typeMeta } from './kubernetes-messages.ts';
import { type Decoded, decodeMessage, fieldHeadAt, type Message } from './protobuf.ts';
import { RecentValues } from './recent-values.ts';

/** What to accept where a list may be large; a proxy in between, or another server, may send JSON all the same. */
export const listsAccepted = 'application/vnd.kubernetes.protobuf,application/json';

export function isProtobuf(contentType: string | undefined): boolean {
  return contentType?.startsWith('application/vnd.kubernetes.protobuf') === true;
}

/** Four bytes, then an Unknown (apimachinery/pkg/runtime): TypeMeta, and in `raw` the object itself. */
const magic = Buffer.from('k8s\0');
const [typeField, rawField] = [1, 2];
/** An object in etcd is at most 1.5 MiB; what is longer would be held, and copied with each piece that comes. */
const maxFieldBytes = 16 * 1024 * 1024;
const [listMetaField, itemField] = [1, 2];

export class ProtobufAnswer {
  readonly #take: (items: readonly Decoded[]) => void;
  readonly #recent = new RecentValues();
  #state: 'begins' | 'envelope' | 'list' | 'broken' = 'begins';
  #hasObject = false;
  #rest: Buffer = Buffer.alloc(0);
  #body: Decoded = {};
  #kind = '';
  #item: Message = {};
  /** Bytes of the list that are still to come. */
  #listed = 0;

  constructor(take: (items: readonly Decoded[]) => void) {
    this.#take = take;
  }

  add(chunk: Buffer): void {
    if (this.#state === 'broken') return;
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const items: Decoded[] = [];
    try {
      this.#rest = bytes.subarray(this.#read(bytes, items));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#state = 'broken';
    }
    if (items.length > 0) this.#take(items);
  }

  /** What JSON would have given, a list without its items; undefined where it was cut off, or is of no kind known here. */
  end(): unknown {
    const isWhole = this.#state === 'envelope' && this.#hasObject && this.#rest.length === 0;
    const isKnown = Object.hasOwn(itemOf, this.#kind) || Object.hasOwn(messageOf, this.#kind);
    return isWhole && isKnown ? { kind: this.#kind, ...this.#body } : undefined;
  }

  /** Answers where it ended: what comes then is not complete yet. */
  #read(bytes: Buffer, items: Decoded[]): number {
    let at = 0;
    while (at < bytes.length) {
      const next = this.#state === 'begins' ? this.#begin(bytes) : this.#readField(bytes, at, items);
      if (next === undefined) break;
      at = next;
    }
    return at;
  }

  #begin(bytes: Buffer): number | undefined {
    if (bytes.length < magic.length) return undefined;
    if (!bytes.subarray(0, magic.length).equals(magic)) throw new RangeError('no object of Kubernetes');
    this.#state = 'envelope';
    return magic.length;
  }

  /** Answers where the next one begins; undefined where this one has not come whole. */
  #readField(bytes: Buffer, at: number, items: Decoded[]): number | undefined {
    const head = fieldHeadAt(bytes, at);
    if (head === undefined) return undefined;
    const { number, start, end } = head;
    const isList = this.#state === 'envelope' && number === rawField && Object.hasOwn(itemOf, this.#kind);
    if (this.#state === 'envelope' && number === rawField) this.#hasObject = true;
    if (isList && end > start) {
      this.#listed = end - start;
      this.#state = 'list';
      return start;
    }
    if (end - start > maxFieldBytes) throw new RangeError('a field is larger than any object');
    if (end > bytes.length) return undefined;
    const field = bytes.subarray(start, end);
    if (this.#state === 'envelope') this.#ofEnvelope(number, field);
    else this.#ofList(number, field, { items, size: end - at });
    return end;
  }

  #ofEnvelope(number: number, field: Buffer): void {
    if (number === rawField && Object.hasOwn(messageOf, this.#kind))
      this.#body = decodeMessage(field, messageOf[this.#kind] ?? {});
    if (number !== typeField) return;
    const { kind } = decodeMessage(field, typeMeta);
    this.#kind = typeof kind === 'string' ? kind : '';
    this.#item = itemOf[this.#kind] ?? {};
  }

  #ofList(
    number: number,
    field: Buffer,
    { items, size }: { readonly items: Decoded[]; readonly size: number },
  ): void {
    if (number === itemField) items.push(decodeMessage(field, this.#item, this.#recent));
    else if (number === listMetaField) this.#body = { metadata: decodeMessage(field, listMeta) };
    this.#listed -= size;
    if (this.#listed < 0) throw new RangeError('an item ends beyond its list');
    if (this.#listed === 0) this.#state = 'envelope';
  }
}
