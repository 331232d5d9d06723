import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { readTarGz, type TarEntry } from '../../scripts/archives/unpack.ts';
import { assetsForTests, cacheFolder } from '../../scripts/parts/assets.ts';
import { npmEnvironment } from '../../scripts/parts/npm.ts';
import { ensureOlderNodes } from '../../scripts/parts/older-nodes.ts';
import { type Ended, kubeconfigFor, type Lab, openLab } from './lab.ts';

const root = join(import.meta.dirname, '../..');
const { version, engines } = packageJson;

describe("npm's tarball", () => {
  let lab: Lab;
  let kubectl: string;
  let nodes: readonly string[];
  let entries: readonly TarEntry[];
  /** The folder of links that npm has people put on PATH. */
  let bin: string;

  /** npm as a person has it who has set up nothing; what it loads stays in our cache. */
  const npm = async (cwd: string, ...words: string[]): Promise<Ended> => {
    const env = {
      PATH: npmEnvironment(process.env).PATH,
      HOME: lab.home,
      npm_config_cache: join(cacheFolder(process.env), 'npm'),
    };
    const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    const ended = await lab.exec('npm', [...words, ...quiet], { cwd, env });
    expect(ended.status, ended.stderr).toBe(0);
    return ended;
  };

  beforeAll(async () => {
    ({ kubectl } = assetsForTests(process.env));
    nodes = [...(await ensureOlderNodes(process.env, console.log)), process.execPath];
    lab = await openLab({ idTokenTtlSeconds: 300 });
    const app = join(lab.folder, 'app');
    mkdirSync(app);
    await npm(root, 'pack', '--pack-destination', lab.folder);
    const tarball = join(lab.folder, `kubectl-oidc-${version}.tgz`);
    entries = await readTarGz(tarball);
    await npm(app, 'install', tarball);
    bin = join(app, 'node_modules/.bin');
  }, 120_000);
  afterAll(async () => {
    await lab?.stop();
  });

  it('holds the entry, the built parts and the words for people, and nothing else', () => {
    const built = Object.keys(JSON.parse(readFileSync(join(root, 'dist/meta.json'), 'utf8')));
    const words = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md'];
    const expected = [
      ...words,
      'bin/kubectl-oidc.js',
      'package.json',
      ...built.map((name) => `dist/${name}`),
      'dist/THIRD-PARTY-NOTICES.txt',
    ];
    expect(built).toContain('main.js');
    expect(entries.map(({ header }) => header.name).sort()).toEqual(
      expected.map((name) => `package/${name}`).sort(),
    );
    expect(entries.filter(({ header }) => header.type !== 'file')).toEqual([]);
  });

  it('tells neither source maps nor the folder that it was built in', () => {
    for (const { header, content } of entries) {
      expect(content.includes('sourceMappingURL'), header.name).toBe(false);
      expect(content.includes(join(root, 'src')), header.name).toBe(false);
    }
  });

  it('brings no package besides keytar and its one dependency, since all others are in its parts, with their licences', async () => {
    const installed = readdirSync(join(bin, '..'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(installed.map(({ name }) => name).filter((name) => !name.startsWith('.'))).toEqual([
      'keytar',
      'kubectl-oidc',
      'node-addon-api',
    ]);
    const notices = entries.find(({ header }) => header.name.endsWith('THIRD-PARTY-NOTICES.txt'));
    expect(notices?.content.toString()).toContain('openid-client');
  });

  it('promises the oldest Node that the entry takes, and runs no script when it is installed', () => {
    expect(readFileSync(join(root, 'bin/kubectl-oidc.js'), 'utf8')).toContain(
      `Node.js ${engines.node.replace('>=', '')} or newer`,
    );
    const { scripts } = JSON.parse(readFileSync(join(bin, '../kubectl-oidc/package.json'), 'utf8'));
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare'])
      expect(scripts).not.toHaveProperty(name);
    // keytar's own install script was not run either: its prebuilt files are in its package.
    expect(existsSync(join(bin, '../keytar/build'))).toBe(false);
  });

  it.each([22, 24, 26])('runs on Node %i, keychain and login included', async (major) => {
    const node = nodes[[22, 24, 26].indexOf(major)] ?? '';
    const PATH = [dirname(node), bin, dirname(kubectl), lab.desktop.env.PATH].join(delimiter);
    const oidc = (...words: string[]) => lab.exec('kubectl-oidc', words, { env: { PATH } });
    const { stdout } = await lab.exec('kubectl', ['oidc', 'version', '-o', 'json'], { env: { PATH } });
    const runtime = { node: expect.stringMatching(new RegExp(`^${major}\\.`)), form: 'npm', front: false };
    expect(JSON.parse(stdout)).toMatchObject({ version, runtime, store: { place: 'keychain' } });
    expect((await oidc('--help')).stdout).toContain('kubectl oidc setup');
    const usage = await oidc('get-token');
    expect(usage.stderr).toMatch(/^kubectl-oidc: .*--issuer-url.*\n$/);
    expect([usage.stdout, usage.status]).toEqual(['', 2]);

    const server = { url: `https://cluster-${major}.test`, caPem: lab.certificates.certPem };
    const kubeconfig = join(lab.folder, `kubeconfig-${major}`);
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor({ ...lab, program: 'kubectl-oidc' }, server)));
    const login = await oidc('login', '--kubeconfig', kubeconfig);
    expect(login.stdout).toContain('as alice@example.com');
    expect([login.stderr.includes('Warning'), login.status]).toEqual([false, 0]);
  });
});
