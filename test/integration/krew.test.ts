import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { krewManifest } from '../../scripts/archives/krew-manifest.ts';
import { packTarGz, program } from '../../scripts/archives/pack.ts';
import { archiveName, type Target, targets } from '../../scripts/archives/targets.ts';
import { type ApiServer, startApiServer } from '../../scripts/parts/api-server.ts';
import { authenticationConfigurationOf } from '../../scripts/parts/api-server-settings.ts';
import { assetsForTests } from '../../scripts/parts/assets.ts';
import { builtCommit } from '../../scripts/parts/bundle.ts';
import { ensureKrew } from '../../scripts/parts/krew.ts';
import { archiveForTests } from '../../scripts/parts/test-archive.ts';
import { type KrewHome, openKrewHome } from './krew-home.ts';
import { type Lab, openLab } from './lab.ts';

const { version } = packageJson;
type Manifest = { readonly spec: { readonly version: string; readonly platforms: readonly object[] } };

const digestOf = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

// One person and one krew, told in order: the tests of this file build on each other.
describe('krew', () => {
  let lab: Lab;
  let krew: KrewHome;
  let apiServer: ApiServer;
  let archive: string;
  /** The release's manifest of the archives that are there, loaded from here. */
  let manifest: Manifest;

  /** The words on stdout of a kubectl that did what it was asked. */
  const kubectl = async (...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await krew.kubectl(words);
    expect(status, stderr).toBe(0);
    return stdout;
  };

  beforeAll(async () => {
    const { kubectl: path, ...assets } = assetsForTests(process.env);
    const programs = await ensureKrew(process.env, console.log);
    archive = await archiveForTests();
    lab = await openLab({ idTokenTtlSeconds: 300 });
    krew = await openKrewHome(lab, { ...programs, kubectl: path });
    apiServer = await startApiServer({
      assets: { ...assets, kubectl: path },
      folder: join(lab.folder, 'api'),
      certificates: lab.certificates,
      authenticationConfiguration: authenticationConfigurationOf(lab.provider),
    });
    manifest = await servedManifest();
  }, 180_000);

  afterAll(async () => {
    await krew?.stop();
    await apiServer?.stop();
    await lab?.stop();
  }, 60_000);

  async function servedManifest(): Promise<Manifest> {
    const pathOf = (target: Target): string => join(dirname(archive), archiveName(target));
    const there = targets.filter((target) => existsSync(pathOf(target)));
    const digests: Record<string, string> = {};
    for (const target of there) digests[archiveName(target)] = digestOf(await readFile(pathOf(target)));
    const { spec, ...rest } = parse(krewManifest(version, there, digests));
    const platforms = there.map((target, index) => ({
      ...spec.platforms[index],
      uri: krew.serve(pathOf(target)),
    }));
    return { ...rest, spec: { ...spec, platforms } };
  }

  const withSpec = (spec: Partial<Manifest['spec']>): string =>
    stringify({ ...manifest, spec: { ...manifest.spec, ...spec } });

  it('installs every archive that is here as its index will try it, licence included', async () => {
    const { status, stderr } = await krew.validate(stringify(manifest));
    expect(stderr).toContain(`all ${manifest.spec.platforms.length} spec.platforms installed fine`);
    expect(status).toBe(0);
  }, 120_000);

  it('refuses an archive with another sum, and one without a licence', async () => {
    const sha256 = digestOf('another');
    const wrong = withSpec({ platforms: manifest.spec.platforms.map((each) => ({ ...each, sha256 })) });
    expect((await krew.validate(wrong)).stderr).toContain('checksum does not match');
    const bare = join(lab.folder, 'bare.tar.gz');
    const content = await packTarGz([program('kubectl-oidc', Buffer.from('#!/bin/sh\n'))]);
    await writeFile(bare, content);
    const own = { ...manifest.spec.platforms[0], uri: krew.serve(bare), sha256: digestOf(content) };
    const unlicensed = await krew.validate(withSpec({ platforms: [own] }));
    expect(unlicensed.stderr).toContain('could not find license file');
  });

  it('installs the archive by its manifest, and kubectl finds the plugin', async () => {
    const file = join(lab.folder, 'krew-manifest.yaml');
    await writeFile(file, stringify(manifest));
    await kubectl('krew', 'install', `--manifest=${file}`, `--archive=${archive}`);
    const installed = krew.storeFolder(`v${version}`);
    expect((await readdir(installed)).sort()).toEqual([
      'LICENSE',
      'THIRD-PARTY-NOTICES.txt',
      'keytar.node',
      'kubectl-oidc',
      'kubectl-oidc-main',
      'sbom.cdx.json',
    ]);
    expect(await readlink(join(krew.binFolder, 'kubectl-oidc'))).toBe(join(installed, 'kubectl-oidc'));
    expect(JSON.parse(await kubectl('oidc', 'version', '-o', 'json'))).toMatchObject({
      version,
      commit: await builtCommit(),
      runtime: { form: 'executable', front: true, platform: process.platform, arch: process.arch },
      store: { place: 'keychain' },
    });
  });

  it('setup names the link on PATH, login opens the browser, and kubectl reaches the cluster', async () => {
    await kubectl(
      'oidc',
      'setup',
      ...lab.loginFlags,
      '--cluster=lab',
      `--server=${apiServer.server}`,
      `--cluster-certificate-authority=${lab.caFile}`,
      '--context=lab',
      '--use-context',
      '--yes',
      '--cluster-side=none',
    );
    const kubeconfig = parse(await readFile(join(lab.home, '.kube/config'), 'utf8'));
    expect(kubeconfig.users[0].user.exec.command).toBe('kubectl-oidc');
    expect(await kubectl('oidc', 'login')).toContain('the OS keychain');
    await isSignedIn();
  });

  /** kubectl gets an answer as the person, and the browser was opened for that only once in all. */
  async function isSignedIn(): Promise<void> {
    const whoami = parse(await kubectl('auth', 'whoami', '-o', 'yaml'));
    expect(whoami.status.userInfo.username).toContain('alice');
    expect(await kubectl('get', '--raw', '/version')).toContain('gitVersion');
    expect(await lab.desktop.opened()).toHaveLength(1);
  }

  it('TAB completes the plugin, by a shim beside its link', async () => {
    expect(await kubectl('oidc', 'completion', 'install')).toContain(krew.binFolder);
    expect(await kubectl('__complete', 'oidc', 'logi')).toMatch(/^login\b/);
  });

  it('removes everything, kubectl says how to get it back, and the login is still there then', async () => {
    await krew.publish(stringify(manifest));
    await kubectl('krew', 'update');
    await kubectl('krew', 'uninstall', 'oidc');
    expect(existsSync(krew.storeFolder(''))).toBe(false);
    const without = await krew.kubectl(['get', 'pods']);
    expect(without.status).not.toBe(0);
    expect(without.stderr).toContain('kubectl krew install oidc');
    await kubectl('krew', 'install', 'oidc');
    await isSignedIn();
  });

  it('upgrades to a newer version without a new sign-in', async () => {
    await krew.publish(withSpec({ version: 'v99.0.0' }));
    await kubectl('krew', 'upgrade');
    expect(existsSync(krew.storeFolder(`v${version}`))).toBe(false);
    expect(existsSync(join(krew.storeFolder('v99.0.0'), 'kubectl-oidc-main'))).toBe(true);
    await isSignedIn();
  });
});
