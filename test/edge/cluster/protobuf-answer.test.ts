import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProtobufAnswer } from '../../../src/edge/cluster/protobuf-answer.ts';

// What a server would write, by the encoding's own page (protobuf.dev, "Encoding").
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
const field = (number: number, content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
};
const count = (number: number, value: number): Buffer =>
  Buffer.from([...varint(number * 8), ...varint(value)]);
const message = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);
const answer = (kind: string, raw: Buffer): Buffer =>
  message(
    Buffer.from('k8s\0'),
    field(1, message(field(1, 'v1'), field(2, kind))),
    field(2, raw),
    field(3, ''),
    field(4, ''),
  );

const label = (key: string, value: string) => message(field(1, key), field(2, value));
const managed = field(17, message(field(1, 'kubectl'), count(9, 7), Buffer.from([0x4d, 1, 2, 3, 4])));
const namespace = (name: string) =>
  message(
    field(
      1,
      message(field(1, name), field(11, label('team', 'ä')), field(11, label('tier', 'gold')), managed),
    ),
  );
const list = answer(
  'NamespaceList',
  message(
    field(1, message(field(2, '77'), field(3, 'next'), count(4, 300_000))),
    ...['one', 'two', 'x'.repeat(200)].map((name) => field(2, namespace(name))),
  ),
);
const items = ['one', 'two', 'x'.repeat(200)].map((name) => ({
  metadata: { name, labels: { team: 'ä', tier: 'gold' } },
}));
const body = {
  kind: 'NamespaceList',
  metadata: { resourceVersion: '77', continue: 'next', remainingItemCount: 300_000 },
};

/** The bytes, cut behind each of these positions. */
function read(
  bytes: Buffer,
  cuts: readonly number[] = [],
): { readonly items: unknown[]; readonly body: unknown } {
  const taken: unknown[] = [];
  const reader = new ProtobufAnswer((some) => taken.push(...some));
  const ends = [...cuts, bytes.length].sort((one, other) => one - other);
  let start = 0;
  for (const end of ends) {
    reader.add(bytes.subarray(start, end));
    start = end;
  }
  return { items: taken, body: reader.end() };
}

it('gives the items of a list with what access depends on, and the rest as its body', () => {
  expect(read(list)).toEqual({ items, body });
});

it('reads the same however the bytes are cut', () => {
  const cuts = fc.array(fc.nat(list.length), { maxLength: 40 });
  fc.assert(
    fc.property(cuts, (each) => {
      expect(read(list, each)).toEqual({ items, body });
    }),
  );
});

it('hands out an item as soon as it is there', () => {
  const taken: unknown[] = [];
  const reader = new ProtobufAnswer((some) => taken.push(...some));
  reader.add(list.subarray(0, list.indexOf('x'.repeat(200))));
  expect(taken).toEqual(items.slice(0, 2));
});

it('has no body for a list that was cut off, nor for a kind that is not known', () => {
  const short = fc.nat(list.length - 1);
  fc.assert(
    fc.property(short, (length) => {
      const { body: rest } = read(list.subarray(0, length));
      // Behind the object itself come two fields that say nothing.
      if (length < list.length - 4) expect(rest).toBeUndefined();
    }),
  );
  for (const kind of ['PodList', 'constructor', '']) {
    expect(read(answer(kind, field(1, '')))).toEqual({ items: [], body: undefined });
  }
});

it('never throws, whatever comes', () => {
  const broken = fc.tuple(fc.nat(list.length - 1), fc.nat(255)).map(([at, byte]) => {
    const bytes = Buffer.from(list);
    bytes[at] = byte;
    return bytes;
  });
  const any = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.concat([Buffer.from('k8s\0'), bytes]));
  fc.assert(
    fc.property(fc.oneof(broken, any), (bytes) => {
      expect(() => read(bytes)).not.toThrow();
    }),
    {
      numRuns: 2000,
    },
  );
});

it('reads a refusal', () => {
  const raw = message(field(1, field(3, 'newer')), field(3, 'too old'), field(4, 'Expired'), count(6, 410));
  expect(read(answer('Status', raw))).toEqual({
    items: [],
    body: {
      kind: 'Status',
      metadata: { continue: 'newer' },
      message: 'too old',
      reason: 'Expired',
      code: 410,
    },
  });
});

it('takes an empty list for one', () => {
  expect(read(answer('RoleList', field(1, field(2, '5'))))).toEqual({
    items: [],
    body: { kind: 'RoleList', metadata: { resourceVersion: '5' } },
  });
});

it('holds no field that is larger than any object', () => {
  const head = message(Buffer.from('k8s\0'), field(1, message(field(1, 'v1'), field(2, 'NamespaceList'))));
  const reader = new ProtobufAnswer(() => undefined);
  reader.add(Buffer.concat([head, Buffer.from([0x12, ...varint(2 ** 40), 0x12, ...varint(2 ** 39)])]));
  const piece = Buffer.alloc(1024 * 1024, 7);
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 64; count++) reader.add(piece);
  expect(reader.end()).toBeUndefined();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
});
