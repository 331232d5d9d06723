import { describe, expect, it } from 'vitest';
import * as light from '../../../src/edge/provider/fetch-classes.ts';

// Node's own classes are what these stand in for: both are asked the same.
const pairs = [
  ['of the build', light],
  ['of Node', { Headers, Response }],
] as const;

describe.each(pairs)('Headers and Response %s', (_, classes) => {
  it('find a field by its name in any case, join what is appended, and replace what is set', () => {
    const headers = new classes.Headers({ Accept: 'a/b' });
    headers.append('ACCEPT', 'c/d');
    headers.set('X-One', '1');
    headers.set('x-one', '2');
    headers.set('gone', 'x');
    headers.delete('GONE');
    expect(headers.get('accept')).toBe('a/b, c/d');
    expect([headers.has('x-ONE'), headers.has('gone'), headers.get('gone')]).toEqual([true, false, null]);
    expect(Object.fromEntries(headers.entries())).toEqual({ accept: 'a/b, c/d', 'x-one': '2' });
    expect(Object.fromEntries(new classes.Headers([...headers]))).toEqual({
      accept: 'a/b, c/d',
      'x-one': '2',
    });
    expect([...new classes.Headers()]).toEqual([]);
  });

  it('read a body once, as UTF-8, each copy for itself', async () => {
    const answer = new classes.Response(Buffer.from('\uFEFF{"name":"Zoë"}'), {
      status: 201,
      headers: { 'content-type': 'application/json' },
    });
    const copy = answer.clone();
    expect([answer.status, answer.ok, answer.headers.get('Content-Type')]).toEqual([
      201,
      true,
      'application/json',
    ]);
    expect(await answer.json()).toEqual({ name: 'Zoë' });
    expect([answer.bodyUsed, copy.bodyUsed]).toEqual([true, false]);
    await expect(answer.text()).rejects.toThrow(TypeError);
    expect(() => answer.clone()).toThrow(TypeError);
    expect(await copy.text()).toBe('{"name":"Zoë"}');
  });

  it('tell errors, bodies that are no JSON, and answers without a body', async () => {
    expect(new classes.Response(Buffer.from('x'), { status: 400 }).ok).toBe(false);
    await expect(new classes.Response(Buffer.from('<html>')).json()).rejects.toThrow(SyntaxError);
    const empty = new classes.Response(null, { status: 200 });
    expect([empty.body, await empty.text(), empty.bodyUsed, await empty.text()]).toEqual([
      null,
      '',
      false,
      '',
    ]);
  });

  it('take a body as read that was given up', async () => {
    const answer = new classes.Response(Buffer.from('x'));
    await answer.body?.cancel();
    expect(answer.bodyUsed).toBe(true);
    await expect(answer.text()).rejects.toThrow(TypeError);
  });
});
