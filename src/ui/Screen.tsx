import { Box, Text } from 'ink';
import { memo } from 'react';
import type { Line, Span, Style } from './cells.ts';

/** Every style is told by weight or brightness too; colours only help. */
const looks: Readonly<
  Record<
    Style,
    { readonly bold?: true; readonly dimColor?: true; readonly inverse?: true; readonly color?: string }
  >
> = {
  plain: {},
  dim: { dimColor: true },
  strong: { bold: true },
  head: { bold: true, color: 'cyan' },
  risk: { bold: true, color: 'yellow' },
  fresh: { color: 'cyan' },
  chosen: { inverse: true },
};

type LinesProps = { readonly lines: readonly Line[]; readonly columns: number; readonly color: boolean };

/** Lines as they are: each as wide as the screen already. `color: false`: NO_COLOR. */
export function Screen({ lines, columns, color }: LinesProps) {
  return (
    <Box flexDirection="column" width={columns}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen
        <Row key={index} line={line} color={color} />
      ))}
    </Box>
  );
}

type RowProps = { readonly line: Line; readonly color: boolean };

/** Most lines stay as they are from key to key: drawing only the others takes a third off the way to the next frame. */
const Row = memo(
  ({ line, color }: RowProps) => (
    <Text wrap="truncate">{line.map((each, place) => spanOf(each, place, color))}</Text>
  ),
  (before, after) => before.color === after.color && isSameLine(before.line, after.line),
);

function isSameLine(before: Line, after: Line): boolean {
  return (
    before.length === after.length &&
    before.every(({ text, style }, place) => text === after[place]?.text && style === after[place].style)
  );
}

function spanOf({ text, style }: Span, place: number, isColored: boolean) {
  if (style === 'plain') return text;
  const { color, ...look } = looks[style];
  return (
    <Text key={place} {...look} {...(color !== undefined && isColored ? { color } : {})}>
      {text}
    </Text>
  );
}
