// `version`: which build this is, what runs it, and where it keeps things; what a bug's report should begin with.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import type { Host } from '../host.ts';
import { loginOptions, variableOf } from '../oidc/login-options.ts';
import type { TokenStorePreference } from '../oidc/settings.ts';
import { describeRows, placeWords } from '../oidc/words.ts';
import { type TypedWords, textOf } from '../typed-words.ts';
import { commit, version } from '../version.ts';

export const options = {
  output: {
    alias: 'o',
    type: 'string',
    completes: ['text', 'json'],
    describe: 'text (default) or json',
  },
} as const;

export type VersionRequest = {
  readonly output: 'text' | 'json';
  readonly tokenStore: TokenStorePreference;
};

/** Words and variables → request. Fails with `usage` for an output or a token store that it does not know. */
export function parse(words: TypedWords, { environment }: Pick<Host, 'environment'>): VersionRequest {
  const output = textOf(words, 'output') ?? 'text';
  if (output !== 'text' && output !== 'json') {
    throw new Failure('usage', `--output is "${cleanText(output)}"`, {
      hint: 'It takes one of: text, json.',
    });
  }
  const wished = environment[variableOf('token-store')] || 'auto';
  const stores: readonly TokenStorePreference[] = loginOptions['token-store'].choices;
  const tokenStore = stores.find((each) => each === wished);
  if (tokenStore !== undefined) return { output, tokenStore };
  throw new Failure('usage', `${variableOf('token-store')} is "${cleanText(wished)}"`, {
    hint: `It takes one of: ${stores.join(', ')}.`,
  });
}

/** What `readInstallation` of the edge finds; `store.reason` is the end of a sentence. */
export type FoundInstallation = {
  readonly runtime: {
    readonly node: string;
    readonly form: 'executable' | 'archive' | 'npm';
    readonly platform: string;
    readonly arch: string;
    readonly front: boolean;
  };
  readonly store: { readonly place: 'keychain' | 'file' | 'none'; readonly reason?: string };
  readonly folder: string;
};

export type VersionDeps = {
  readonly installation: (preference: TokenStorePreference) => Promise<FoundInstallation>;
};

export type VersionOutcome = FoundInstallation & { readonly version: string; readonly commit: string };

/** Nothing is changed, no prompt is opened. */
export async function run({ tokenStore }: VersionRequest, deps: VersionDeps): Promise<VersionOutcome> {
  return { version, commit, ...(await deps.installation(tokenStore)) };
}

const formWords = {
  executable: 'in one executable',
  archive: 'beside the program',
  npm: 'from npm',
} as const satisfies Record<FoundInstallation['runtime']['form'], string>;

/** Lines for people; `kind: Version`, `apiVersion: kubectl-oidc/v1` for scripts. */
export function describe(outcome: VersionOutcome, { output }: Pick<VersionRequest, 'output'>): string {
  const { runtime, store, folder } = outcome;
  if (output === 'json') {
    const { version, commit } = outcome;
    const document = {
      apiVersion: 'kubectl-oidc/v1',
      kind: 'Version',
      version,
      commit,
      runtime,
      store,
      folder,
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  }
  const form = formWords[runtime.form];
  const front = runtime.front ? ', the front before it' : '';
  const place = store.place === 'none' ? 'nothing: a login ends with its command' : placeWords[store.place];
  return `kubectl-oidc ${outcome.version}\n${describeRows([
    ['commit', outcome.commit],
    ['runtime', `Node ${runtime.node} ${form}, ${runtime.platform} ${runtime.arch}${front}`],
    ['store', store.reason === undefined ? place : `${place}; ${store.reason}`],
    ['folder', cleanText(folder, 4096)],
  ])}`;
}

/** The real parts. */
export async function realDeps(host: Host): Promise<VersionDeps> {
  const { readInstallation } = await import('../edge/login/installation.ts');
  return { installation: (preference) => readInstallation(preference, host) };
}
