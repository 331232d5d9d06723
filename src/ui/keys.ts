// What a terminal sends, as keys. A person's screen: this room draws a review and takes keys; it decides nothing about
// access, and touches no file, cluster or stream by itself.

/** `name` is the character, or one of the words in `names`; `x` and `y` of a click count from 0. */
export type Key =
  | { readonly name: string }
  | { readonly name: 'click'; readonly x: number; readonly y: number };

/** `rest` is the beginning of a sequence whose end has not come yet; it goes before the next bytes. */
export type Decoded = { readonly keys: readonly Key[]; readonly rest: string };

const names: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u0003': 'ctrl-c',
  '\u0015': 'ctrl-u',
  '\u0017': 'ctrl-w',
  '\u000c': 'ctrl-l',
  '\u001a': 'ctrl-z',
  '\u0002': 'pageup',
  '\u0006': 'pagedown',
};

/** By what stands after `ESC [` or `ESC O` (ECMA-48, xterm's control sequences). */
const sequences: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'shift-tab',
  M: 'enter',
  '1~': 'home',
  '7~': 'home',
  '4~': 'end',
  '8~': 'end',
  '5~': 'pageup',
  '6~': 'pagedown',
};

const sequence = /^\u001b(?:\[([0-9;<?>=]*[ -/]*[@-~])|O([ -~]))/;
const unfinished = /^\u001b(?:\[[0-9;<?>=]*[ -/]*|O)?$/;
const mouse = /^<(\d+);(\d+);(\d+)([Mm])$/;

/** Decodes what arrived. Sequences that are no key of ours are left out; a paste is its characters. */
export function decodeKeys(text: string): Decoded {
  const keys: Key[] = [];
  let at = 0;
  while (at < text.length) {
    const left = text.slice(at);
    if (left.startsWith('\u001b')) {
      if (unfinished.test(left)) return { keys, rest: left };
      const [whole = '\u001b', csi, single] = sequence.exec(left) ?? [];
      const key = whole === '\u001b' ? { name: 'escape' } : keyOf(csi ?? single ?? '');
      if (key !== undefined) keys.push(key);
      at += whole.length;
      continue;
    }
    const [character = ''] = left;
    const name = names[character] ?? (character >= ' ' ? character : undefined);
    if (name !== undefined) keys.push({ name });
    at += character.length;
  }
  return { keys, rest: '' };
}

/** What a beginning is when nothing follows it: ESC alone is a key, all else a sequence that was cut. */
export function flushedKeys(rest: string): readonly Key[] {
  return rest === '\u001b' ? [{ name: 'escape' }] : [];
}

function keyOf(sequenceEnd: string): Key | undefined {
  const [, button, x, y, kind] = mouse.exec(sequenceEnd) ?? [];
  if (button !== undefined) return mouseKey(Number(button), { x: Number(x) - 1, y: Number(y) - 1, kind });
  // With Shift, Alt or Ctrl an arrow is still that arrow: `1;5A`.
  const name = sequences[sequenceEnd] ?? sequences[sequenceEnd.replace(/^\d+;\d+/, '')];
  return name === undefined ? undefined : { name };
}

function mouseKey(
  button: number,
  { x, y, kind }: { readonly x: number; readonly y: number; readonly kind: string | undefined },
): Key | undefined {
  if (button === 64) return { name: 'wheel-up' };
  if (button === 65) return { name: 'wheel-down' };
  return button === 0 && kind === 'M' ? { name: 'click', x, y } : undefined;
}
