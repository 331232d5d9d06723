import { describe, expect, it } from 'vitest';
import { span } from '../../src/ui/cells.ts';
import Output from '../../src/ui/ink-output.ts';
import squashTextNodes from '../../src/ui/ink-squash-text-nodes.ts';
import { painted } from '../../src/ui/paint.ts';

describe('a painted line', () => {
  it('tells every style by its weight or brightness, and adds colours where they are wanted', () => {
    const line = [span('a'), span('b', 'dim'), span('c', 'risk'), span('d', 'chosen')];
    expect(painted(line, false)).toBe('a\u001b[2mb\u001b[22m\u001b[1mc\u001b[22m\u001b[7md\u001b[27m');
    expect(painted(line, true)).toBe(
      'a\u001b[2mb\u001b[22m\u001b[1m\u001b[33mc\u001b[22m\u001b[39m\u001b[7md\u001b[27m',
    );
    expect(painted([span('e', 'fresh')], false)).toBe('e');
  });

  it('row 24: holds no sign that controls a terminal but its own', () => {
    const name = 'a\u001b]0;title\u0007b\u009b2Jc\rd\u007fe\nf';
    expect(painted([span(name, 'strong')], true)).toBe('\u001b[1ma]0;titleb2Jcdef\u001b[22m');
  });

  it('holds nothing invisible that a terminal may give a cell; pictures of several signs stay whole', () => {
    const fillers = 'a\u3164\u115f\uffa0\u{e0100}\u034fb';
    expect(painted([span(fillers)], false)).toBe('ab');
    const pictures = '\u{1f469}\u200d\u{1f4bb} \u2764\ufe0f مط\u200e';
    expect(painted([span(pictures)], false)).toBe(pictures);
  });
});

describe("what stands in for Ink's own", () => {
  const asItIs = { transformers: [] };

  it('puts whole lines into a frame, without the blanks at their ends', () => {
    const output = new Output({ width: 10, height: 3 });
    output.write(0, 0, 'one   ', asItIs);
    output.write(0, 2, 'three', { transformers: [(line) => `<${line}>`] });
    output.write(0, 3, 'below the frame', asItIs);
    expect(output.get()).toEqual({ output: 'one\n\n<three>', height: 3 });
  });

  it('refuses what the screen never does, rather than drawing it wrong', () => {
    expect(() => new Output({ width: 10, height: 1 }).write(2, 0, 'beside', asItIs)).toThrow('whole lines');
    const text = (value: string) => ({ nodeName: '#text', nodeValue: value });
    expect(squashTextNodes({ childNodes: [text('a line')] })).toBe('a line');
    expect(squashTextNodes({ childNodes: [] })).toBe('');
    expect(() => squashTextNodes({ childNodes: [text('a'), text('b')] })).toThrow('finished lines');
    expect(() => squashTextNodes({ childNodes: [{ nodeName: 'ink-virtual-text' }] })).toThrow(
      'finished lines',
    );
  });
});
