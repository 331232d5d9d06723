import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { conversationAt } from '../../../src/edge/person/typed-lines.ts';

function seat() {
  const stdin = new PassThrough();
  const stderr = new PassThrough({ encoding: 'utf8' });
  const { signal } = new AbortController();
  const streams = { stdin, stderr } as unknown as Pick<NodeJS.Process, 'stdin' | 'stderr'>;
  const conversation = conversationAt({ ...streams, isTerminal: () => false, environment: {}, signal });
  /** Answers once the prompt is seen. */
  const answer = async (prompt: string, typed: string): Promise<string | undefined> => {
    const line = conversation.nextLine(prompt);
    let said = '';
    while (!said.endsWith(prompt)) {
      await new Promise((resolve) => stderr.once('readable', resolve));
      said += stderr.read() ?? '';
    }
    stdin.write(typed);
    return line;
  };
  return { stdin, answer, conversation };
}

test('a note that was pasted in two lines does not answer the next question too', async () => {
  const { stdin, answer, conversation } = seat();
  expect(await answer('first? ', 'r left the team\nkeep an eye on the rest\n')).toBe('r left the team');
  expect(await answer('second? ', 'a\n')).toBe('a');
  stdin.end();
  expect(await conversation.nextLine('third? ')).toBeUndefined();
});

test('what was typed before the first question is no answer to it', async () => {
  const { stdin, answer } = seat();
  stdin.write('k\nk\nk\n');
  expect(await answer('first? ', 'r\n')).toBe('r');
});
