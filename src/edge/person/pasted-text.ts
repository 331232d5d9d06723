// A text that is piped in, or pasted at a terminal.

import { Failure } from '../../failure.ts';
import type { Host } from '../../host.ts';
import { openTerminal } from './terminal.ts';

const maxBytes = 16 * 1024 * 1024;

/**
 * All of stdin; on a terminal the lines up to an empty one, asked for on stderr. Bytes that are no UTF-8 become U+FFFD.
 * Fails with `usage` above 16 MiB, `cancelled`.
 */
export async function pastedText(host: Host): Promise<string> {
  return host.stdin.isTTY === true ? pastedLines(host) : pipedText(host);
}

async function pipedText({ stdin }: Host): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    total += bytes.length;
    if (total > maxBytes) throw tooLong();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLong(): Failure {
  return new Failure('usage', `there are more than ${maxBytes} bytes on stdin`, {
    hint: 'Pipe the error alone: kubectl … 2>&1 >/dev/null | …',
  });
}

async function pastedLines(host: Host): Promise<string> {
  const terminal = openTerminal(host);
  terminal.say('Paste the error, then an empty line:');
  const lines: string[] = [];
  for await (const line of terminal.pastedLines(host.signal)) {
    if (line.trim() === '' && lines.length > 0) break;
    lines.push(line);
  }
  host.signal.throwIfAborted();
  return lines.join('\n');
}
