// A client of the front that is a process of its own and can do to itself what a shell can't: the Go tests' client
// (front/stage_test.go), which takes an order on stdin and prints what its calls came to.

import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findGo } from '../../scripts/parts/go.ts';
import { execInfoFor, type Lab, type Server } from '../integration/lab.ts';

const run = promisify(execFile);
const source = join(import.meta.dirname, '../../front');

export type Call = {
  readonly Stdout: string;
  readonly Stderr: string;
  readonly Pid: number;
  readonly Status: number;
};
/** `NewSession`: a session keyring that is not linked to the user's. `NoKey`: the kernel refuses keyctl, as Docker's profile has it. */
export type ClientOrder = {
  readonly NewSession?: boolean;
  readonly NoKey?: boolean;
  readonly calls?: number;
};

/** The path of the client's program. */
export async function buildClient(): Promise<string> {
  const go = await findGo(process.env, () => undefined);
  const output = join(mkdtempSync(join(tmpdir(), 'front-client-')), 'client');
  await run(go.program, ['test', '-c', '-o', output, '.'], { cwd: source, env: { ...go.env, GOFLAGS: '' } });
  return output;
}

/** Runs get-token for this server as often as ordered, each time by the same client. `before`: a program that runs the client. */
export async function askAs(
  client: string,
  { lab, server }: { readonly lab: Lab; readonly server: Server },
  { calls = 1, ...order }: ClientOrder = {},
  before: readonly string[] = [],
): Promise<readonly Call[]> {
  const call = {
    Program: lab.program,
    Words: ['get-token', ...lab.loginFlags],
    Brought: [`KUBERNETES_EXEC_INFO=${execInfoFor(server)}`],
  };
  const [program = client, ...words] = [...before, client];
  const ended = await lab.exec(program, words, {
    env: { FRONT_TEST_CLIENT: '1' },
    stdin: JSON.stringify({ ...order, Calls: Array.from({ length: calls }, () => call) }),
  });
  return JSON.parse(ended.stdout);
}
