// Makes what docs/review.md shows: it plays the commands that stand in the page against a real API server, writes
// what they say below them, and takes the pictures of the page in a real Chromium.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { fill } from './bench/filled-cluster.ts';
import { connectTo } from './parts/api-client.ts';
import { startApiServer, startControllerManager } from './parts/api-server.ts';
import { ensureAssets } from './parts/assets.ts';
import { openPage } from './parts/browser.ts';
import { makeCertificateAuthority } from './parts/certificates.ts';
import { waitUntilReady } from './parts/process.ts';
import { runStep } from './parts/progress.ts';
import { reviewedWorld } from './parts/reviewed-world.ts';
import { toolCommand } from './parts/tool.ts';

const root = join(import.meta.dirname, '..');
const page = join(root, 'docs/review.md');
const pictures = join(root, 'docs/pictures');
const program = join(root, 'src/main.ts');
/** Lines of an answer that stand in the page; more are told by one. */
const shownLines = 14;

type Stage = { readonly kubeconfig: string; readonly folder: string };

async function onStage(work: (stage: Stage) => Promise<void>): Promise<void> {
  const assets = await ensureAssets(process.env, console.error);
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'oidc-review-docs-'));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const apiServer = await startApiServer({ assets, folder, certificates: await makeCertificateAuthority() });
  stack.defer(apiServer.stop);
  const manager = await startControllerManager(apiServer, { assets, folder });
  stack.defer(manager.stop);
  const client = await connectTo(apiServer);
  stack.defer(client.close);
  await fill(client, reviewedWorld, () => undefined);
  const isReady = async (): Promise<boolean> => {
    const { body } = await client.ask({ path: '/apis/rbac.authorization.k8s.io/v1/clusterroles/admin' });
    return JSON.stringify(body).includes('"rolebindings"');
  };
  const log = join(folder, 'kube-controller-manager.log');
  await waitUntilReady({ what: 'the role admin', isReady, daemons: [manager], deadlineMs: 60_000, log });
  await work({ kubeconfig: apiServer.adminKubeconfigPath, folder });
}

async function answerTo(words: readonly string[], { kubeconfig, folder }: Stage): Promise<string> {
  const env = { HOME: folder, PATH: process.env.PATH, KUBECONFIG: kubeconfig };
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...words], {
    env,
    maxBuffer: 2 ** 27,
  });
  return stdout;
}

const commandLine = /^\$ kubectl oidc (review[^|>]*)$/;

/** The page with every answer below its command as it is now; commands with a pipe or a file have none. */
async function played(text: string, stage: Stage): Promise<string> {
  const parts = text.split(/(^```console\n[\s\S]*?^```$)/m);
  const blocks = await Promise.all(
    parts.map((part) => (part.startsWith('```console\n') ? playedBlock(part, stage) : part)),
  );
  return blocks.join('');
}

async function playedBlock(block: string, stage: Stage): Promise<string> {
  const commands = block.split('\n').filter((line) => line.startsWith('$ '));
  const told: string[] = [];
  for (const line of commands) {
    const [, words] = commandLine.exec(line) ?? [];
    const answer = words === undefined ? '' : shortened(await answerTo(words.trim().split(/\s+/), stage));
    told.push(`${line}\n${answer}`);
  }
  return `\`\`\`console\n${told.join('\n')}\`\`\``;
}

function shortened(answer: string): string {
  const lines = answer.trimEnd().split('\n');
  const kept = lines.length <= shownLines ? lines : [...lines.slice(0, shownLines - 1), '…'];
  return `${kept.map((line) => (line.length > 180 ? `${line.slice(0, 179)}…` : line)).join('\n')}\n`;
}

async function takePictures(stage: Stage): Promise<void> {
  const file = join(stage.folder, 'review.html');
  await writeFile(file, await answerTo(['review', '-o', 'html'], stage));
  await mkdir(pictures, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page: tab, close } = await openPage({
      colorScheme,
      viewport: { width: 1440, height: colorScheme === 'dark' ? 1180 : 940 },
    });
    await tab.goto(pathToFileURL(file).href);
    if (colorScheme === 'dark') {
      await tab.locator('#rows .row', { hasText: 'oidc:shop-team' }).click();
      await tab.locator('#detail input[type=search]').fill('pods/e');
      await tab.locator('#detail .cell').first().click();
    }
    await tab.screenshot({ path: join(pictures, `review-${colorScheme}.png`) });
    await close();
  }
}

await onStage(async (stage) => {
  await writeFile(page, await played(await readFile(page, 'utf8'), stage));
  await takePictures(stage);
  const command = [...toolCommand('biome'), 'format', '--write', page] as const;
  await runStep({ title: 'formatting the page', command, env: process.env }, console.error);
});
