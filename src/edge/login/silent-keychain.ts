// When the keychain hangs, every reader would wait out its own deadline, one behind the other where the front has them
// wait in line, and kubectl asks five times for one command. One of them tells the others.

import { StuckInKeychain } from '../store/keychain.ts';
import type { Asker, FailureNotes } from './shared-failure.ts';

/** A keychain that answers at all does so long before; only who waits longer looks at what others met. */
const patienceMs = 250;

export type KeychainReader = Pick<Asker, 'clientPid' | 'askedMs'> & { readonly folder: string };

/**
 * Reads the keychain. Throws `StuckInKeychain` after its deadline; at once where another met that while this one waited
 * for its turn, within `patienceMs` where the same client has just met it.
 */
export async function readUnlessSilent<Result>(
  reader: KeychainReader,
  read: () => Promise<Result>,
): Promise<Result> {
  const impatient = Promise.withResolvers<never>();
  const hasWaited = reader.askedMs !== undefined && Date.now() - reader.askedMs > patienceMs;
  const timer = setTimeout(() => silenceMetBy(reader).catch(impatient.reject), hasWaited ? 0 : patienceMs);
  try {
    return await Promise.race([recorded(reader, read), impatient.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Only what was met here is noted: what others noted would never end. */
async function recorded<Result>(reader: KeychainReader, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StuckInKeychain) await (await notesOf(reader)).recordFailure(error);
    throw error;
  }
}

async function silenceMetBy(reader: KeychainReader): Promise<void> {
  const notes = await notesOf(reader);
  await notes.throwSharedFailure().catch(() => {
    throw new StuckInKeychain();
  });
}

async function notesOf({ folder, clientPid, askedMs }: KeychainReader): Promise<FailureNotes> {
  const { openFailureNotes } = await import('./shared-failure.ts');
  // Any login's: they are all in one keychain. "watched" as it takes no person to meet this.
  const asker = { clientPid, askedMs, watched: true, nowMs: Date.now };
  return openFailureNotes({ folder, key: 'keychain' }, asker);
}
