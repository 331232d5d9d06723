// The npm form has no front: a warm get-token as a whole Node process, beside an empty script on the same Node and one
// that reads the same item from the same keychain.

import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readIndex } from '../../src/edge/store/login-index.ts';
import { build } from '../build.ts';
import { type Lab, signInBoth, withoutProvider } from './lab.ts';
import { compared, type Row } from './row.ts';

const rounds = 60;
const program = join(import.meta.dirname, '../../bin/kubectl-oidc.js');

export async function measureNpmForm(lab: Lab): Promise<readonly Row[]> {
  const { stage, ours } = lab;
  await build();
  await signInBoth(lab);
  const [empty, read] = await writeScripts(stage.home);
  const { words, env = {} } = ours.getToken;
  const contestants = [[program, ...words], [read], [empty]].map((each) => ({
    program: process.execPath,
    words: each,
    env,
  }));
  const turns = { contestants, rounds, warmUps: 5 };
  const [own, reading, nothing] = await withoutProvider(lab, () => stage.time(turns));
  const what = 'npm form, warm `get-token`, against a script that';
  const side = { title: 'get-token', ms: own };
  return [
    compared({ figure: `${what} reads the same item`, bar: 1.3 }, side, {
      title: 'that script',
      ms: reading,
    }),
    compared({ figure: `${what} is empty`, bar: undefined }, side, { title: 'empty script', ms: nothing }),
  ];
}

async function writeScripts(home: string): Promise<readonly [empty: string, read: string]> {
  const account = readIndex(join(home, '.kube/kubectl-oidc'))[0]?.key ?? '';
  const keytar = createRequire(import.meta.url).resolve('keytar');
  const [empty, read] = [join(home, 'empty.cjs'), join(home, 'read.cjs')];
  const reads = `require(${JSON.stringify(keytar)}).getPassword('kubectl-oidc', ${JSON.stringify(account)})`;
  await writeFile(empty, '');
  await writeFile(read, `${reads}.then((value) => process.exit(value ? 0 : 1));\n`);
  return [empty, read];
}
