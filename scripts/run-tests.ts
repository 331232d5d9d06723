// Everything that is tested: real parts first, then format and lint, types, the release archive, the front, build,
// tests. Each runner is counted; the last line is the sum. Words on the command line go to vitest, e.g. a file name,
// and leave the rest out. `--portable`: what needs no Linux, on whatever system this is (test/platforms.ts); it asks
// for no part.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { portableProjects } from '../test/platforms.ts';
import { ensureAssets } from './parts/assets.ts';
import { ensureChromium } from './parts/chromium.ts';
import { findGo } from './parts/go.ts';
import { ensureKrew } from './parts/krew.ts';
import { ensureOlderNodes } from './parts/older-nodes.ts';
import { ensureSystemParts } from './parts/packages.ts';
import { archiveForTests, unpackedArchive } from './parts/test-archive.ts';
import { toolCommand } from './parts/tool.ts';
import { exitStatusOf, formatTally, nothing, sum, type Tally, tallyOfGo, tallyOfVitest } from './tally.ts';

const root = join(import.meta.dirname, '..');

async function main(given: readonly string[]): Promise<void> {
  const tallies: Tally[] = [];
  const isPortable = given.includes('--portable');
  const words = given.filter((word) => word !== '--portable');
  const projects = isPortable ? portableProjects(process.platform) : [];
  try {
    const env = isPortable ? portableEnvironment() : await ensureParts();
    if (words.length === 0) {
      tallies.push(await check('format and lint', [...toolCommand('biome'), 'ci', '.'], env));
      tallies.push(await check('types', [...toolCommand('tsc'), '--noEmit'], env));
      if (!isPortable) {
        env.KUBECTL_OIDC_RELEASE = await makeArchive();
        tallies.push(await runGoTests({ ...env, FRONT_TEST_ARCHIVE: await unpackedArchive() }));
      }
    }
    tallies.push(await check('build', [process.execPath, 'scripts/build.ts'], env));
    tallies.push(await runVitest([...projects.map((name) => `--project=${name}`), ...words], env));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    tallies.push({ ...nothing, failed: 1 });
  }
  const total = sum(tallies);
  console.log(formatTally(total));
  process.exitCode = exitStatusOf(total);
}

/** The temporary folder by its real name: macOS has a link in it, Windows a short form, and tests compare paths. */
function portableEnvironment(): NodeJS.ProcessEnv {
  const folder = realpathSync.native(tmpdir());
  return { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder };
}

/** The variables with which tests find their parts. */
async function ensureParts(): Promise<NodeJS.ProcessEnv> {
  heading('real parts');
  const env = { ...process.env };
  await ensureSystemParts(console.log);
  env.CHROMIUM_PATH = await ensureChromium(env, console.log);
  const assets = await ensureAssets(env, console.log);
  const krew = await ensureKrew(env, console.log);
  const nodes = await ensureOlderNodes(env, console.log);
  const paths = [...Object.values(assets), ...Object.values(krew), ...nodes, env.CHROMIUM_PATH];
  for (const path of paths) console.log(`  ${path}`);
  return env;
}

/** The folder of the archive that is tested: one that was named by KUBECTL_OIDC_RELEASE, else what this checkout makes. */
async function makeArchive(): Promise<string> {
  heading('release archive');
  const path = await archiveForTests();
  console.log(`  ${path}`);
  return dirname(path);
}

async function check(
  title: string,
  command: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
): Promise<Tally> {
  heading(title);
  return (await run(command, env)) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** The front's own tests, against the real kernel keyring. */
async function runGoTests(env: NodeJS.ProcessEnv): Promise<Tally> {
  heading('front (Go)');
  const go = await findGo(env, console.log);
  const cwd = join(root, 'front');
  const child = spawn(go.program, ['test', '-count=1', '-json', './...'], {
    cwd,
    env: { ...go.env, GOFLAGS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const tally = tallyOfGo(output, status === 0);
  if (tally.failed > 0) console.log(output);
  console.log(`  ${formatTally(tally)}`);
  return tally;
}

async function runVitest(words: readonly string[], env: NodeJS.ProcessEnv): Promise<Tally> {
  heading('tests');
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-oidc-tests-'));
  const report = join(folder, 'vitest.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const ok = await run([...toolCommand('vitest'), 'run', ...reporters, ...words], env);
    const written = await readFile(report, 'utf8').catch(() => 'null');
    return tallyOfVitest(JSON.parse(written), ok);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether the program ended with 0. Its output goes where ours goes. */
async function run(
  [program, ...words]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
): Promise<boolean> {
  const child = spawn(program, words, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [status] = await once(child, 'exit');
  return status === 0;
}

function heading(title: string): void {
  console.log(`\n== ${title}`);
}

await main(process.argv.slice(2));
