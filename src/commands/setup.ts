// `setup`: makes a context of the kubeconfig sign in with an OpenID Connect provider, and says what the cluster
// must be told. Looks at the provider first, shows the change, asks, writes, approves.

import { insistOnYes } from '../consent.ts';
import type { KubeChange, OpenKubeconfig } from '../edge/kubeconfig/kubeconfig.ts';
import type { WrittenFile } from '../edge/kubeconfig/kubeconfig-write.ts';
import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import type { Host } from '../host.ts';
import { decodeIdToken } from '../oidc/claims.ts';
import { audiencesOf, type ClaimMapping, formatClusterSide } from '../oidc/cluster-side.ts';
import { environmentOf, execEntryFor, settingsOf } from '../oidc/exec-entry.ts';
import type { KubeCluster } from '../oidc/kubeconfig.ts';
import type { SetupTarget } from '../oidc/kubeconfig-place.ts';
import { type EditValue, planSetup, type SetupPlan } from '../oidc/kubeconfig-plan.ts';
import { loginOptions } from '../oidc/login-options.ts';
import type { ProviderMetadata } from '../oidc/metadata.ts';
import { compareWithCluster, type SeenUser } from '../oidc/seen-by-cluster.ts';
import type { LoginSettings } from '../oidc/settings.ts';
import { parseSetup, type SetupRequest, setupOptions } from '../oidc/setup-request.ts';
import { claimMappingOf, type JudgedSetup, judgeSetup } from '../oidc/setup-settings.ts';
import { describeChanges, nextStep, refuseForeignVariables } from '../oidc/setup-words.ts';
import type { LoginUse } from '../oidc/targets.ts';
import type { Tokens } from '../oidc/token.ts';
import type { TypedWords } from '../typed-words.ts';

const { 'issuer-url': issuerUrl, 'client-id': clientId, ...otherLoginOptions } = loginOptions;
/** What everybody must give stands first in the help text. */
export const options = {
  'issuer-url': issuerUrl,
  'client-id': clientId,
  ...setupOptions,
  ...otherLoginOptions,
};

/** Words → the request. Fails with `usage`, naming the flag. */
export function parse(words: TypedWords, host: Pick<Host, 'environment'>): SetupRequest {
  return parseSetup(words, host.environment);
}

export type SetupDeps = {
  readonly kubeconfig: {
    readonly open: (file: string | undefined) => Promise<OpenKubeconfig>;
    readonly render: (opened: OpenKubeconfig, plan: SetupPlan) => readonly KubeChange[];
    readonly write: (changes: readonly KubeChange[]) => Promise<readonly WrittenFile[]>;
  };
  /** This machine: where files are, and what kubectl calls this program. */
  readonly machine: {
    readonly absolute: (path: string) => string;
    readonly ownCommand: () => Promise<string>;
    readonly readCaFile: (path: string) => Promise<string>;
  };
  readonly discover: (settings: LoginSettings) => Promise<ProviderMetadata>;
  readonly login: {
    readonly approve: (settings: LoginSettings, use: LoginUse) => Promise<void>;
    readonly signIn: (settings: LoginSettings, use: LoginUse) => Promise<Tokens>;
    readonly askCluster: (cluster: KubeCluster, token: string) => Promise<SeenUser>;
  };
  readonly person: {
    readonly say: (line: string) => void;
    /** `nobody`: there is no terminal to ask on. */
    readonly ask: (question: string) => Promise<'yes' | 'no' | 'nobody'>;
  };
  readonly yamlOf: (value: EditValue) => string;
};

/** `nothing`: all was there already. The cluster's side is text for stdout, '' when it was not wanted. */
export type SetupOutcome = {
  readonly kind: 'nothing' | 'dry-run' | 'written';
  readonly changes: readonly KubeChange[];
  readonly words: readonly string[];
  readonly clusterSide: string;
};

/** Everything that can be refused is refused before the first byte is written. Fails with `usage`, `conflict`, `provider`, `file`, `cancelled`; `cluster` when --verify finds a difference. */
export async function run(request: SetupRequest, deps: SetupDeps): Promise<SetupOutcome> {
  const { say } = deps.person;
  const opened = await deps.kubeconfig.open(request.kubeconfig);
  const given = absolutePaths(request.settings, deps);
  const wish = {
    target: await targetOf(request, deps),
    userName: request.userName,
    useContext: request.useContext,
  };
  const command = await deps.machine.ownCommand();
  // Unknown names and conflicts are said before the provider is bothered.
  planSetup(opened.kubeconfig, { ...wish, entry: execEntryFor(given, command) });
  const { settings, preset } = await judgedSettings(request, given, deps);
  const plan = planSetup(opened.kubeconfig, { ...wish, entry: execEntryFor(settings, command) });
  const changes = deps.kubeconfig.render(opened, plan);
  const mapping = claimMappingOf(request, preset);
  const clusterSide = await clusterSideText({ request, settings, mapping }, deps);
  if (request.dryRun) return { kind: 'dry-run', changes, words: plan.words, clusterSide };
  await write({ request, plan, changes }, deps);
  await release({ request, plan, mapping }, deps);
  say(nextStep(plan.contextName, opened.kubeconfig));
  return { kind: changes.length === 0 ? 'nothing' : 'written', changes, words: plan.words, clusterSide };
}

/** The exec entry is run from any folder, so what the person typed relative to this one is made absolute. */
function absolutePaths(settings: LoginSettings, { machine }: SetupDeps): LoginSettings {
  const { certificateAuthority: ca, clientSecretFile } = settings;
  return {
    ...settings,
    certificateAuthority: ca.kind === 'file' ? { kind: 'file', path: machine.absolute(ca.path) } : ca,
    clientSecretFile: clientSecretFile === undefined ? undefined : machine.absolute(clientSecretFile),
  };
}

async function targetOf({ context, cluster }: SetupRequest, deps: SetupDeps): Promise<SetupTarget> {
  if (cluster !== undefined) {
    const { name, server, caFile } = cluster;
    const caBase64 = caFile === undefined ? '' : await deps.machine.readCaFile(caFile);
    return { kind: 'cluster', name, server, caBase64, contextName: context };
  }
  return context === undefined ? { kind: 'current' } : { kind: 'context', name: context };
}

/** Asks the provider what a login will need; what cannot work ends here. */
async function judgedSettings(
  request: SetupRequest,
  given: LoginSettings,
  { discover, person }: SetupDeps,
): Promise<Pick<JudgedSetup, 'settings' | 'preset'>> {
  const judged = judgeSetup({ ...request, settings: given }, await discover(given));
  for (const note of judged.notes) person.say(note);
  return judged;
}

async function clusterSideText(
  {
    request,
    settings,
    mapping,
  }: { readonly request: SetupRequest; readonly settings: LoginSettings; readonly mapping: ClaimMapping },
  deps: SetupDeps,
): Promise<string> {
  if (request.clusterSide === 'none') return '';
  const caBase64 = await caOf(settings, deps);
  const caPem = caBase64 === undefined ? undefined : atob(caBase64);
  const side = { issuerUrl: settings.issuerUrl, audiences: audiencesOf(settings), caPem, mapping };
  return formatClusterSide(side, request.clusterSide, deps.yamlOf);
}

function caOf({ certificateAuthority: ca }: LoginSettings, deps: SetupDeps): Promise<string | undefined> {
  if (ca.kind === 'file') return deps.machine.readCaFile(ca.path);
  return Promise.resolve(ca.kind === 'data' ? ca.base64 : undefined);
}

type Writing = {
  readonly request: SetupRequest;
  readonly plan: SetupPlan;
  readonly changes: readonly KubeChange[];
};

/** Shows, asks, writes. */
async function write({ request, plan, changes }: Writing, deps: SetupDeps): Promise<void> {
  const { say } = deps.person;
  if (request.yes || changes.length === 0) refuseForeignVariables(plan.entry);
  if (changes.length === 0) return say('Nothing to do: the kubeconfig says all this already.');
  say(describeChanges(changes, plan.words).trimEnd());
  await insistOnYes(request, deps.person);
  for (const { path, backup } of await deps.kubeconfig.write(changes)) {
    say(`Wrote ${cleanText(path)}${backup === undefined ? '' : `; as it was before: ${cleanText(backup)}`}`);
  }
}

type Releasing = { readonly request: SetupRequest; readonly plan: SetupPlan; readonly mapping: ClaimMapping };

/** Approves the server; with --verify signs in and compares what the cluster sees. */
async function release({ request, plan, mapping }: Releasing, deps: SetupDeps): Promise<void> {
  const settings = settingsOf(plan.entry);
  const use: LoginUse = {
    context: plan.contextName,
    user: plan.userName,
    cluster: plan.cluster,
    environment: environmentOf(plan.entry),
  };
  if (!request.verify) return deps.login.approve(settings, use);
  const tokens = await deps.login.signIn(settings, use);
  const token = settings.tokenType === 'access' ? (tokens.accessToken ?? '') : tokens.idToken;
  const seen = await deps.login.askCluster(plan.cluster, token);
  const { differences } = compareWithCluster(mapping, decodeIdToken(tokens.idToken), seen);
  const groups = seen.groups.map((group) => cleanText(group)).join(', ');
  deps.person.say(`The cluster sees ${cleanText(seen.username)} in the groups ${groups}`);
  for (const difference of differences) deps.person.say(`Different: ${difference}.`);
  if (differences.length === 0) return;
  throw new Failure('cluster', `${cleanText(plan.cluster.server)} does not see what the token says`, {
    hint: 'The kubeconfig is written. Correct the claims and prefixes of the cluster, or give setup the ones that it has.',
  });
}

/** The text for stdout: after a dry run the change, then the cluster's side. */
export function describe(outcome: SetupOutcome): string {
  if (outcome.kind !== 'dry-run') return outcome.clusterSide;
  return `${describeChanges(outcome.changes, outcome.words)}\n${outcome.clusterSide}`.trimStart();
}

/** The real parts. */
export async function realDeps(host: Host): Promise<SetupDeps> {
  const kubeconfig = await import('../edge/kubeconfig/kubeconfig.ts');
  const { writeChanges } = await import('../edge/kubeconfig/kubeconfig-write.ts');
  const { absolutePath, ownCommand } = await import('../edge/kubeconfig/own-command.ts');
  const { yamlOf } = await import('../edge/kubeconfig/yaml-text.ts');
  const { personAt } = await import('../edge/person/person-at.ts');
  const real = await import('../edge/login/real-setup.ts');
  const { environment, signal } = host;
  return {
    kubeconfig: {
      open: (file) => kubeconfig.openKubeconfig({ file, environment }),
      render: (opened, plan) => kubeconfig.renderEdits(opened, plan.edits),
      write: (changes) => writeChanges(changes, { lockWaitMs: 3000, signal }),
    },
    machine: {
      absolute: absolutePath,
      ownCommand: () => ownCommand(host),
      readCaFile: kubeconfig.readCaFile,
    },
    discover: (settings) => real.discoverFor(settings, host),
    login: {
      approve: (settings, use) => real.approveUse(settings, use, host),
      signIn: (settings, use) => real.signInForUse(settings, use, host),
      askCluster: (cluster, token) => real.askCluster(cluster, token, host),
    },
    person: personAt(host),
    yamlOf,
  };
}
