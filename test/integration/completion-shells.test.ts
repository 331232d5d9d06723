import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshFolder } from '../edge/parts/processes.ts';
import { program } from './lab.ts';
import { openShell, type Shell, type ShellSession } from './shell-session.ts';

/** What a shell makes a blank of, in a word that has none. */
const blank = '$' + '{IFS}';

/** A kubeconfig whose names are awkward, and one that a stranger chose. */
const contexts = ['prod', 'gke_acme:eu@shop/one', 'gke_acme:eu@shop/two', `$(touch${blank}ran)`, '-x', 'a b'];
const kubeconfig = {
  apiVersion: 'v1',
  kind: 'Config',
  contexts: contexts.map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
};

/** Shows the words that it is run with, each in brackets, and completes like the real one or with `offered`. */
function standIn(offered?: string): string {
  const complete =
    offered === undefined ? `exec "${program}" "$@"` : `printf '%s\\n' '${offered}' ':4'; exit`;
  return `#!/bin/sh
case $1 in
  completion) exec "${program}" "$@" ;;
  __complete) ${complete} ;;
esac
for word; do printf '[%s]' "$word"; done
echo . ended
`;
}

async function personAt(shell: Shell, offered?: string): Promise<ShellSession & { readonly folder: string }> {
  const folder = freshFolder();
  const bin = join(folder, 'bin');
  const work = join(folder, 'work');
  for (const each of [bin, work]) mkdirSync(each);
  writeFileSync(join(bin, 'kubectl-oidc'), standIn(offered));
  chmodSync(join(bin, 'kubectl-oidc'), 0o755);
  symlinkSync(process.execPath, join(bin, 'node'));
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
  const PATH = [bin, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
  const env = { PATH, HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') };
  const session = await openShell(shell, { env, cwd: work });
  onTestFinished(session.stop);
  return { ...session, folder: work };
}

describe.each(['bash', 'zsh', 'fish'] as const)('TAB in a real %s', (shell) => {
  it.each([
    ['kubectl-oidc stat\t', '[status]'],
    ['kubectl-oidc login --contex\t', '[login][--context]'],
    ['kubectl-oidc login --context pr\t', '[login][--context][prod]'],
    ['kubectl-oidc login --context=pr\t', '[login][--context=prod]'],
    ['kubectl-oidc login --context gke_acme:eu@shop/t\t', '[login][--context][gke_acme:eu@shop/two]'],
    ['kubectl-oidc login --context=gke_acme:eu@shop/t\t', '[login][--context=gke_acme:eu@shop/two]'],
    ['kubectl-oidc setup --token-type=acc\t', '[setup][--token-type=access]'],
  ])('completes %j', async (keys, words) => {
    const person = await personAt(shell);
    person.type(`${keys}\r`);
    expect(await person.seen('. ended')).toContain(`${words}. ended`);
  });

  it('completes a file where a file is meant', async () => {
    const person = await personAt(shell);
    writeFileSync(join(person.folder, 'only-file'), '');
    person.type('kubectl-oidc login --kubeconfig only\t\r');
    expect(await person.seen('. ended')).toContain('[login][--kubeconfig][only-file]. ended');
  });

  // Our own program offers none of these; the script must not depend on that.
  it.each([
    `n$(touch${blank}ran)`,
    `n\`touch${blank}ran\``,
    `n;touch${blank}ran`,
    `n&&touch${blank}ran`,
    `n|touch${blank}ran`,
  ])('row 25: a choice %s is typed as text, and runs nothing even when Enter is pressed', async (offered) => {
    const person = await personAt(shell, offered);
    person.type('kubectl-oidc login n\t\r');
    expect(await person.seen('. ended')).toContain(`[login][${offered}]. ended`);
    expect(readdirSync(person.folder)).toEqual([]);
  });

  it('row 25: words on the line are not run by asking for choices', async () => {
    const person = await personAt(shell);
    person.type("kubectl-oidc login '$(touch ran)' `touch ran2` --context pr\t");
    await person.seen('prod');
    expect(readdirSync(person.folder)).toEqual([]);
  });
});
