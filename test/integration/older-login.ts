// A login heals at most once a minute, and is refreshed ahead of its end in the second half of its life: tests can't wait.

import type { Lab } from './lab.ts';

const script = `
  const { default: keytar } = await import('keytar');
  const { readFileSync } = await import('node:fs');
  const [, index, seconds] = process.argv;
  for (const { key } of JSON.parse(readFileSync(index, 'utf8')).logins) {
    const login = JSON.parse(await keytar.getPassword('kubectl-oidc', key));
    if (login.tokens) login.tokens.obtainedAt -= Number(seconds);
    await keytar.setPassword('kubectl-oidc', key, JSON.stringify(login));
  }`;

/** Every login in the keychain, as if it had been obtained so many seconds earlier. The index, and so a memo, stays as it is. */
export async function makeOlder(lab: Lab, seconds: number): Promise<void> {
  const words = ['--input-type=module', '-e', script, `${lab.ourFolder}/index.json`, `${seconds}`];
  const ended = await lab.exec(process.execPath, words, { cwd: import.meta.dirname });
  if (ended.status !== 0 || ended.stderr !== '')
    throw new Error(`the login did not get older: ${ended.stderr}`);
}
