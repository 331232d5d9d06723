// The screens of `review` in the documentation, from the built program on a real terminal and a real API server:
// docs/screens/review-*.txt, docs/review.svg (the picture in the README), and the screens in docs/review-screen.md. The
// same whenever it is run.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectTo } from './parts/api-client.ts';
import { startApiServer, startControllerManager } from './parts/api-server.ts';
import { assetsForTests } from './parts/assets.ts';
import { makeCertificateAuthority } from './parts/certificates.ts';
import { reviewWorld } from './parts/review-world.ts';
import { openTerminal, type Terminal } from './parts/terminal.ts';
import { pictureOf } from './parts/terminal-picture.ts';

const root = join(import.meta.dirname, '..');
const program = join(root, 'bin/kubectl-oidc.js');

type Shown = Parameters<Terminal['until']>[0];
type Stop = { readonly name: string; readonly keys: string; readonly shown: Shown };

/** A walk through it: after each stop the screen is kept under its name. */
const walk: readonly Stop[] = [
  { name: 'who', keys: '', shown: '● live' },
  { name: 'verbs', keys: `${'\u001b[B'.repeat(4)}\r`, shown: /\[verbs\]/ },
  { name: 'why', keys: 'w', shown: /Why ›/ },
  { name: 'resources', keys: '\u001b\u007f\t', shown: /\[resources\]/ },
  { name: 'who-reads-secrets', keys: '/secrets\r\r', shown: (lines) => /secrets/.test(lines[1] ?? '') },
  { name: 'filter', keys: '\u007f\u001b1/pay', shown: /filter "pay"/ },
  { name: 'grant', keys: '\rg--preset log-reader -n payments\r', shown: 'y write this' },
  { name: 'help', keys: 'n', shown: /as you wished/ },
];

const folder = mkdtempSync(join(tmpdir(), 'screens-'));
const stack = new AsyncDisposableStack();
stack.defer(() => rmSync(folder, { recursive: true, force: true }));
try {
  const assets = assetsForTests(process.env);
  const server = join(folder, 'server');
  const apiServer = await startApiServer({
    assets,
    folder: server,
    certificates: await makeCertificateAuthority(),
  });
  stack.defer(apiServer.stop);
  const manager = await startControllerManager(apiServer, { assets, folder: server });
  stack.defer(manager.stop);
  const client = await connectTo(apiServer);
  stack.defer(async () => client.close());
  for (const { path, body } of reviewWorld) await client.ask({ path, body });
  for (let isFilled = false; !isFilled; ) {
    const { body } = await client.ask({ path: '/apis/rbac.authorization.k8s.io/v1/clusterroles/edit' });
    isFilled = JSON.stringify(body).includes('secrets');
  }
  const config = JSON.parse(readFileSync(apiServer.adminKubeconfigPath, 'utf8'));
  config.contexts[0].name = 'prod';
  config['current-context'] = 'prod';
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  await takeScreens(kubeconfig);
  fillPage(join(root, 'docs/review-screen.md'));
} finally {
  await stack.disposeAsync();
}

async function takeScreens(kubeconfig: string): Promise<void> {
  const seat = await openTerminal({
    columns: 100,
    rows: 24,
    command: [process.execPath, program, 'review', '--hide-system'],
    env: { HOME: folder, PATH: process.env.PATH ?? '', KUBECONFIG: kubeconfig },
  });
  mkdirSync(join(root, 'docs/screens'), { recursive: true });
  for (const { name, keys, shown } of walk) {
    for (const key of keysIn(keys)) {
      seat.type(key);
      await settled(seat);
    }
    await seat.until(shown, 20_000);
    await settled(seat);
    if (name !== 'help') keep(name, seat);
    if (name === 'who') writePicture(seat);
  }
  seat.type('\u001b');
  await settled(seat);
  seat.type('?');
  await seat.until('one row up');
  await settled(seat);
  keep('help', seat);
  seat.type('\u0003');
  await seat.ended;
  await seat.close();
}

/** Each screen after its mark, whatever stood there. */
function fillPage(path: string): void {
  const filled = readFileSync(path, 'utf8').replaceAll(
    /<!-- screen: ([\w-]+) -->\n(?:\n```text\n[\s\S]*?\n```\n)?/g,
    (_whole, name: string) => {
      const screen = readFileSync(join(root, `docs/screens/review-${name}.txt`), 'utf8');
      return `<!-- screen: ${name} -->\n\n\`\`\`text\n${screen}\`\`\`\n`;
    },
  );
  writeFileSync(path, filled);
  console.log('docs/review-screen.md');
}

/** Nothing more is drawn for a while. */
async function settled(seat: Terminal): Promise<void> {
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  await wait(60);
  while (performance.now() - seat.drawnAtMs() < 150) await wait(30);
}

function keysIn(text: string): readonly string[] {
  return text.match(/\u001b(\[[A-Z])?|[\s\S]/g) ?? [];
}

function keep(name: string, seat: Terminal): void {
  writeFileSync(join(root, `docs/screens/review-${name}.txt`), `${seat.lines().join('\n').trimEnd()}\n`);
  console.log(`docs/screens/review-${name}.txt`);
}

function writePicture(seat: Terminal): void {
  const alt =
    'kubectl oidc review in a terminal: groups, users and accounts with their reach and a risk mark';
  writeFileSync(
    join(root, 'docs/review.svg'),
    pictureOf(seat.emulator, { title: 'kubectl oidc review', alt }),
  );
  console.log('docs/review.svg');
}
