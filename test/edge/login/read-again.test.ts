import { expect, it } from 'vitest';
import type { LoginParts } from '../../../src/edge/login/login-parts.ts';
import { readAgain } from '../../../src/edge/login/read-again.ts';
import { indexState } from '../../../src/edge/store/login-index.ts';
import { openLoginStore } from '../../../src/edge/store/login-store.ts';
import { entry, fakeKeychain, key, loginOf } from '../parts/logins.ts';
import { freshFolder } from '../parts/processes.ts';

/** A stored login that was read without the lock; meanwhile the keychain alone is written, as by who died before the index. */
async function stage() {
  const folder = freshFolder();
  const keychain = fakeKeychain();
  const store = openLoginStore({ folder, keychain, now: () => 1 });
  const write = (idToken: string) => store.write(key, loginOf(idToken), { preference: 'keychain', entry });
  await write('old');
  const asRead = { login: loginOf('old'), indexState: indexState(folder) };
  const [[name = '', value = ''] = []] = keychain.items;
  keychain.items.set(name, value.replaceAll('old', 'new'));
  return { again: readAgain({ folder, key, store } as unknown as LoginParts, asRead), write };
}

it('asks the keychain no second time where the index is as it was and nobody held the lock', async () => {
  const { again } = await stage();
  again.locked(true);
  expect((await again.read(false)).tokens?.idToken).toBe('old');
});

it('asks it where the index was written meanwhile, also within the same second', async () => {
  const { again, write } = await stage();
  await write('newer');
  again.locked(true);
  expect((await again.read(false)).tokens?.idToken).toBe('newer');
});

it('asks it where somebody else held the lock, who may have died before the index', async () => {
  const { again } = await stage();
  again.locked(false);
  expect((await again.read(false)).tokens?.idToken).toBe('new');
});

it('asks it the second time, after a no of the provider', async () => {
  const { again } = await stage();
  again.locked(true);
  await again.read(false);
  expect((await again.read(false)).tokens?.idToken).toBe('new');
});
