import { Box, Text } from 'ink';
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
        <Text key={index} wrap="truncate">
          {line.map((each, place) => spanOf(each, place, color))}
        </Text>
      ))}
    </Box>
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
