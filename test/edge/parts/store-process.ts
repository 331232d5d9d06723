// A process of its own for the storage tests, run by Node directly: it may be stopped, killed or left hanging.
// One mode an attack; what it has to say goes to stdout.

import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { withLock } from '../../../src/edge/files/lock.ts';
import { readOwnFile, writeOwnFile } from '../../../src/edge/files/our-folder.ts';
import { leavableKeychain } from '../../../src/edge/store/keychain.ts';
import { runKeychainWorker } from '../../../src/edge/store/keychain-worker.ts';
import { readWarm } from '../../../src/edge/store/login-read.ts';
import { openLoginStore } from '../../../src/edge/store/login-store.ts';
import { Failure } from '../../../src/failure.ts';
import { entry, key, keychainInFile, loginOf } from './logins.ts';

const [mode = '', path = '', more = ''] = process.argv.slice(2);
const signal = new AbortController().signal;

const modes: Readonly<Record<string, () => Promise<void>>> = {
  'keychain-worker': () => runKeychainWorker(process.stdin, process.stdout),
  'warm-read': async () => {
    const outcome = await readWarm(path, { keyWithoutCa: more, authority: undefined }, () => undefined);
    writeSync(1, outcome.kind === 'locked' ? `locked: ${outcome.failure.message}` : outcome.kind);
  },
  'keychain-write': async () => {
    let isLeft = false;
    const keychain = leavableKeychain(65_536, () => {
      isLeft = true;
    });
    writeSync(1, `${JSON.stringify(await keychain.write(path, more))}${isLeft ? ' left' : ''}`);
    // As main does it: an ordinary exit would wait for the thread that hangs.
    if (isLeft) process.execve?.('/bin/true', ['true'], {});
  },
  'read-file': async () => {
    writeSync(1, `${await readOwnFile(path)}`);
  },
  hold: () =>
    withLock(path, { waitMs: 60_000, signal, doing: 'holding for a test' }, async () => {
      writeSync(1, 'held\n');
      await new Promise((resolve) => setTimeout(resolve, 120_000));
    }),
  increment: () =>
    withLock(path, { waitMs: 60_000, signal }, async () => {
      const count = Number(readFileSync(more, 'utf8'));
      await new Promise((resolve) => setImmediate(resolve));
      writeFileSync(more, `${count + 1}`);
    }),
  'write-file': () => writeOwnFile(path, more),
  // Moves the login from the keychain, which is a file here, to its file.
  'move-login': async () => {
    const store = openLoginStore({
      folder: path,
      keychain: keychainInFile(`${path}.keychain`),
      now: () => 1,
    });
    const outcome = await store.write(key, loginOf(more), { preference: 'file', entry });
    writeSync(1, outcome.kind);
  },
  'write-for-ever': async () => {
    for (let round = 0; ; round += 1) {
      await writeOwnFile(path, `${String.fromCharCode(97 + (round % 26)).repeat(50_000)}.`);
      if (round === 0) writeSync(1, 'writing\n');
    }
  },
};

try {
  await modes[mode]!();
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  writeSync(2, `${error.code}: ${error.message}. ${error.hint}\n`);
  // What main does: an ordinary exit would wait for the thread that hangs in the keychain.
  if ('stuckThread' in error) process.kill(process.pid, 'SIGKILL');
  process.exitCode = 1;
}
