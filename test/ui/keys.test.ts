import { expect, it } from 'vitest';
import { decodeKeys, flushedKeys } from '../../src/ui/keys.ts';

const named = (text: string) => decodeKeys(text).keys.map(({ name }) => name);

it.each([
  ['a?/', ['a', '?', '/']],
  ['\r\t\u007f\u0003', ['enter', 'tab', 'backspace', 'ctrl-c']],
  ['\u001b[A\u001b[B\u001b[C\u001b[D', ['up', 'down', 'right', 'left']],
  ['\u001bOA\u001bOH', ['up', 'home']],
  [
    '\u001b[5~\u001b[6~\u001b[1~\u001b[4~\u001b[H\u001b[F',
    ['pageup', 'pagedown', 'home', 'end', 'home', 'end'],
  ],
  ['\u001b[1;5A\u001b[Z', ['up', 'shift-tab']],
  ['\u001b[<64;1;1M\u001b[<65;1;1M', ['wheel-up', 'wheel-down']],
  ['開é👍', ['開', 'é', '👍']],
  // What terminals answer or tell by themselves is no key: focus, cursor position, colours, a paste's brackets.
  ['\u001b[I\u001b[O\u001b[24;80R\u001b[200~x\u001b[201~', ['x']],
  ['\u0000\u0001\u0007', []],
  ['\u001bx', ['escape', 'x']],
])('%j is the keys %j', (text, keys) => {
  expect(named(text)).toEqual(keys);
  expect(decodeKeys(text).rest).toBe('');
});

it('a click tells where, its release nothing', () => {
  expect(decodeKeys('\u001b[<0;3;7M\u001b[<0;3;7m').keys).toEqual([{ name: 'click', x: 2, y: 6 }]);
});

it('a sequence that comes in pieces is one key, and ESC with nothing behind it is ESC', () => {
  const whole = 'j\u001b[1;5A';
  for (let cut = 2; cut < whole.length; cut++) {
    const { keys, rest } = decodeKeys(whole.slice(0, cut));
    expect([...keys, ...decodeKeys(rest + whole.slice(cut)).keys].map(({ name }) => name)).toEqual([
      'j',
      'up',
    ]);
  }
  expect(flushedKeys(decodeKeys('\u001b').rest)).toEqual([{ name: 'escape' }]);
  expect(flushedKeys(decodeKeys('\u001b[').rest)).toEqual([]);
});
