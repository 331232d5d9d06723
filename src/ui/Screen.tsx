import { Box, Text } from 'ink';
import { memo } from 'react';
import type { Line } from './cells.ts';
import { painted } from './paint.ts';

type LinesProps = { readonly lines: readonly Line[]; readonly columns: number; readonly color: boolean };

/** Lines as they are: each as wide as the screen already. `color: false`: NO_COLOR. */
export function Screen({ lines, columns, color }: LinesProps) {
  return (
    <Box flexDirection="column" width={columns}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen
        <Row key={index} text={painted(line, color)} />
      ))}
    </Box>
  );
}

/** Most lines stay as they are from key to key. */
const Row = memo(({ text }: { readonly text: string }) => <Text wrap="truncate">{text}</Text>);
