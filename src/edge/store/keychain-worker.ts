// The far end of `keychain-child.ts`: one question on stdin, one answer on stdout, then it ends. It is a process of
// its own so that it can be killed when the secret service hangs.

import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Failure } from '../../failure.ts';
import { parseFields } from '../../json-fields.ts';
import {
  inProcessKeychain,
  itemLimitBytes,
  type Keychain,
  type KeychainDone,
  type KeychainRead,
} from './keychain.ts';

export type KeychainQuestion =
  | { readonly operation: 'read' | 'delete'; readonly account: string }
  | { readonly operation: 'write'; readonly account: string; readonly value: string };

/** Answers one question. Fails with `usage` when stdin holds none, with `keychain` as `StuckInKeychain`. */
export async function runKeychainWorker(stdin: Readable, stdout: Writable): Promise<void> {
  const question = parseQuestion(await text(stdin));
  const answer = await answerOf(inProcessKeychain(itemLimitBytes(process.platform)), question);
  stdout.write(`${JSON.stringify(answer)}\n`);
}

function answerOf(keychain: Keychain, question: KeychainQuestion): Promise<KeychainRead | KeychainDone> {
  if (question.operation === 'write') return keychain.write(question.account, question.value);
  return keychain[question.operation](question.account);
}

function parseQuestion(line: string): KeychainQuestion {
  const { operation, account, value } = parseFields(line) ?? {};
  if (typeof account === 'string' && account !== '') {
    if (operation === 'read' || operation === 'delete') return { operation, account };
    if (operation === 'write' && typeof value === 'string') return { operation, account, value };
  }
  throw new Failure('usage', 'keychain-worker got no question on its stdin', {
    hint: 'kubectl-oidc runs it by itself; nobody else needs it.',
  });
}
