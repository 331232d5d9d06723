// What a terminal emulator shows, as an SVG that is the same whenever it is made: for the documentation.

import type { IBufferCell, Terminal } from '@xterm/headless';

const cell = { width: 8.4, height: 18 };
const margin = 16;
const bar = 30;
const colors = { back: '#16181d', text: '#d8dbe2', dim: '#8a909c', line: '#2a2e37' };
/** Told apart by people who see few colours too: light blue and light amber. */
const palette: Readonly<Record<number, string>> = {
  3: '#f0c674',
  6: '#7fc8e8',
  11: '#f0c674',
  14: '#7fc8e8',
};

type Run = { readonly text: string; readonly at: number; readonly cells: number; readonly look: string };

/** The whole screen, in a window with a title. `alt` is what somebody hears who does not see it. */
export function pictureOf(
  emulator: Terminal,
  { title, alt }: { readonly title: string; readonly alt: string },
): string {
  const { cols, rows } = emulator;
  const width = Math.ceil(cols * cell.width + 2 * margin);
  const height = rows * cell.height + bar + margin;
  const lines = Array.from({ length: rows }, (_, row) => lineOf(emulator, row)).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(alt)}">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:${colors.text};white-space:pre}.b{font-weight:700}.d{fill:${colors.dim}}.i{fill:${colors.back}}</style>
<rect width="${width}" height="${height}" rx="10" fill="${colors.back}" stroke="${colors.line}"/>
<text class="d" x="${width / 2}" y="20" text-anchor="middle">${escaped(title)}</text>
${lines}</svg>
`;
}

function lineOf(emulator: Terminal, row: number): string {
  const y = bar + row * cell.height;
  return runsOf(emulator, row)
    .map(({ text, at, cells, look }) => {
      const x = (margin + at * cell.width).toFixed(1);
      const length = (cells * cell.width).toFixed(1);
      const isInverse = look.split(' ').includes('i');
      const back = isInverse
        ? `<rect x="${x}" y="${y}" width="${length}" height="${cell.height}" fill="${colors.text}"/>`
        : '';
      const fill = /#\w+/.exec(look)?.[0];
      const classes = look.replace(/#\w+/, '').trim();
      if (text.trim() === '') return back;
      return `${back}<text x="${x}" y="${y + 13}" textLength="${length}"${classes === '' ? '' : ` class="${classes}"`}${fill === undefined || isInverse ? '' : ` style="fill:${fill}"`}>${escaped(text)}</text>\n`;
    })
    .join('');
}

/** Neighbours that look alike are one text. */
function runsOf({ buffer, cols }: Terminal, row: number): readonly Run[] {
  const line = buffer.active.getLine(buffer.active.baseY + row);
  const runs: Run[] = [];
  for (let at = 0; at < cols; at++) {
    const here = line?.getCell(at);
    if (here === undefined || here.getWidth() === 0) continue;
    const look = lookOf(here);
    const last = runs.at(-1);
    const text = here.getChars() || ' ';
    if (last?.look === look && last.at + last.cells === at)
      runs[runs.length - 1] = { ...last, text: last.text + text, cells: last.cells + here.getWidth() };
    else runs.push({ text, at, cells: here.getWidth(), look });
  }
  return runs;
}

function lookOf(here: IBufferCell): string {
  return [
    here.isBold() && 'b',
    here.isDim() && 'd',
    here.isInverse() && 'i',
    here.isFgPalette() && palette[here.getFgColor()],
  ]
    .filter((each) => typeof each === 'string')
    .join(' ');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
