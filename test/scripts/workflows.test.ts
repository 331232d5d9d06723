import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { archiveName, targets } from '../../scripts/archives/targets.ts';
import { kubernetesVersion } from '../../scripts/parts/assets.ts';
import { goToolchain } from '../../scripts/parts/go.ts';

type Step = {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
};
type Job = {
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
};
type Workflow = {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
};

const root = join(import.meta.dirname, '../..');
const folder = join(root, '.github/workflows');
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
const read = (name: string): Workflow => parse(textOf(name));
const stepsOf = ({ jobs }: Workflow): readonly Step[] =>
  Object.values(jobs).flatMap((job) => job.steps ?? []);
const names = readdirSync(folder);
const { ci, release } = { ci: read('ci.yml'), release: read('release.yml') };

describe.each(names)('%s', (name) => {
  const workflow = read(name);
  const steps = stepsOf(workflow);
  const scripts = steps.map(({ run = '' }) => run);

  it('calls only scripts that are here', () => {
    const called = scripts.flatMap((run) => [
      ...[...run.matchAll(/(?:^|\s)((?:\.\/)?(?:scripts|\.ci)\/[\w./-]+)/g)].map(([, path = '']) => path),
    ]);
    expect(called.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const ofNpm = scripts.flatMap((run) =>
      [...run.matchAll(/npm run ([\w:]+)/g)].map(([, word = '']) => word),
    );
    expect(ofNpm.filter((word) => packageJson.scripts[word] === undefined)).toEqual([]);
    expect(called.length).toBeGreaterThan(0);
  });

  it('pins every action to a commit, with its version beside it', () => {
    const uses = [...textOf(name).matchAll(/\buses: (.*)$/gm)].map(([, what = '']) => what);
    const loose = uses.filter((what) => !/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(what));
    expect(loose.filter((what) => !existsSync(join(root, what)))).toEqual([]);
  });

  it('gives no job more rights than reading, unless the job says so, and leaves no credential in a checkout', () => {
    expect([{}, { contents: 'read' }]).toContainEqual(workflow.permissions);
    const checkouts = steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  it('puts no expression into a script, where what others wrote could become commands', () => {
    expect(scripts.filter((run) => run.includes('${{'))).toEqual([]);
  });

  it('lets no job hang', () => {
    const endless = Object.entries(workflow.jobs).filter(([, job]) => !job.uses && !job['timeout-minutes']);
    expect(endless).toEqual([]);
  });
});

describe('the archives', () => {
  it('are each made once, those for macOS on a Mac', () => {
    const madeBy = (job: string) =>
      (ci.jobs[job]?.steps ?? []).flatMap(
        ({ run = '' }) => /scripts\/release --output release (.*)$/m.exec(run)?.[1]?.split(' ') ?? [],
      );
    const onMac = targets.filter(({ os }) => os === 'darwin').map((target) => target.name);
    expect(madeBy('archives-macos')).toEqual(onMac);
    const made = [...madeBy('archives-linux'), ...onMac];
    expect(made.toSorted()).toEqual(targets.map((target) => target.name).toSorted());
  });

  it('are each tried on their own system', () => {
    const tried = ci.jobs['archives-tried']?.strategy?.matrix.include ?? [];
    expect(tried).toEqual(targets.map((target) => expect.objectContaining({ archive: archiveName(target) })));
  });
});

test('the tools have the versions that the scripts pin', () => {
  const versions = (action: string, key: string) =>
    stepsOf(ci)
      .filter(({ uses = '' }) => uses.startsWith(action))
      .map((step) => String(step.with?.[key]));
  expect(new Set(versions('actions/setup-go@', 'go-version'))).toEqual(new Set([goToolchain]));
  expect(new Set(versions('Azure/setup-kubectl@', 'version'))).toEqual(new Set([kubernetesVersion]));
});

test("npm's package is tried on the oldest Node that it allows", () => {
  const nodes = ci.jobs['npm-installed']?.strategy?.matrix.node;
  expect(packageJson.engines.node).toBe(`>=${nodes?.[0]}`);
});

describe('a release', () => {
  it('has rights to write only in the jobs that need them, and those run no code of this repository', () => {
    const writing = Object.entries(release.jobs).filter(([, { permissions = {} }]) =>
      Object.values(permissions).includes('write'),
    );
    expect(writing.map(([name, { permissions }]) => [name, permissions])).toEqual([
      ['attest', { contents: 'read', 'id-token': 'write', attestations: 'write' }],
      ['github', { contents: 'write' }],
      ['npm', { contents: 'read', 'id-token': 'write' }],
    ]);
    const used = writing.flatMap(([, { steps = [] }]) => steps.map(({ uses = '', run = '' }) => uses + run));
    expect(used.filter((what) => /checkout|scripts\/|npm (ci|install|run)/.test(what))).toEqual([]);
  });

  it('gives every secret that the Macs take', () => {
    const taken = new Set([...textOf('ci.yml').matchAll(/secrets\.(\w+)/g)].map(([, name]) => name));
    const given = new Set([...textOf('release.yml').matchAll(/secrets\.(\w+)/g)].map(([, name]) => name));
    expect(given).toEqual(taken);
  });

  it('is of the repository that package.json and the krew manifest name', () => {
    const [owner] = /(?<=github\.repository == ')[^']+/.exec(textOf('release.yml')) ?? [];
    expect(packageJson.repository.url).toBe(`git+https://github.com/${owner}.git`);
    const manifest = readFileSync(join(root, 'scripts/archives/krew-manifest.ts'), 'utf8');
    expect(manifest).toContain(`'https://github.com/${owner}'`);
  });
});
