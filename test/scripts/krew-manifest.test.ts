import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { krewManifest } from '../../scripts/archives/krew-manifest.ts';
import { archiveName, targets } from '../../scripts/archives/targets.ts';
import { ensureKrew } from '../../scripts/parts/krew.ts';
import { freshFolder } from '../edge/parts/processes.ts';
import { type Ended, runProgram } from '../integration/lab.ts';

const { version } = packageJson;
const digests = Object.fromEntries(targets.map((target) => [archiveName(target), 'ab'.repeat(32)]));
const manifest = parse(krewManifest(version, targets, digests));
const [first, ...others] = manifest.spec.platforms;

/** What the validator of krew's index says about the structure of a manifest. */
async function validate(value: object): Promise<Ended> {
  const { validator } = await ensureKrew(process.env, console.log);
  // The file's name must be the plugin's.
  const file = join(freshFolder(), 'oidc.yaml');
  writeFileSync(file, stringify(value));
  return runProgram(validator, [`-manifest=${file}`, '-skip-install'], { env: {} });
}

test("krew's own validator takes the manifest of a release, with one archive a system", async () => {
  const { status, stderr } = await validate(manifest);
  expect(stderr).toContain('all spec.platform[] items are used');
  expect(status).toBe(0);
  expect(manifest.spec.platforms).toEqual(
    targets.map(({ os, arch, name }) => ({
      selector: { matchLabels: { os, arch } },
      uri: expect.stringMatching(
        new RegExp(`^https://.*/v${version}/kubectl-oidc-${name}\\.(tar\\.gz|zip)$`),
      ),
      sha256: 'ab'.repeat(32),
      bin: os === 'windows' ? 'kubectl-oidc.exe' : 'kubectl-oidc',
    })),
  );
});

test('the short description fits the 50 characters that krew shows, which its validator leaves to people', () => {
  expect(manifest.spec.shortDescription.length).toBeLessThanOrEqual(50);
});

test('there is no manifest without the digest of every archive', () => {
  expect(() => krewManifest(version, targets, {})).toThrow('no digest for kubectl-oidc-linux-amd64.tar.gz');
});

const platforms = (...changed: object[]) => ({
  ...manifest,
  spec: { ...manifest.spec, platforms: [...changed, ...others] },
});
test.each([
  ['`bin` has to be set', platforms({ ...first, bin: undefined })],
  ['`sha256` value 00 is not valid', platforms({ ...first, sha256: '00' })],
  ['overlapping selectors', platforms(first, first)],
  ["doesn't match any supported", platforms({ ...first, selector: { matchLabels: { os: 'plan9' } } })],
  ['should not have line breaks', { ...manifest, spec: { ...manifest.spec, shortDescription: 'one\ntwo' } }],
  ['failed to parse plugin version', { ...manifest, spec: { ...manifest.spec, version } }],
  ['plugin should be named "oidc"', { ...manifest, metadata: { name: 'other' } }],
])('the validator would refuse a wrong one: %s', async (words, wrong) => {
  const { status, stderr } = await validate(wrong);
  expect(stderr).toContain(words);
  expect(status).not.toBe(0);
});
