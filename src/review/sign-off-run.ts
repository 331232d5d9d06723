// The order of steps of a sign-off: what was decided before, what there is now, one question after the other, and what
// is written at the end. Nothing of it acts by itself: files, terminal and cluster are handed in.

import { Failure } from '../failure.ts';
import { countedAre } from '../number-words.ts';
import type { AccessSource } from '../rbac/access-source.ts';
import { accessFor } from '../rbac/ask.ts';
import { type Snapshot, snapshotOf } from '../rbac/snapshot.ts';
import { formatSnapshot } from '../rbac/snapshot-file.ts';
import type { LiveWhere } from '../rbac/where-words.ts';
import {
  grantsToSign,
  progressOf,
  type Reading,
  type SignOff,
  type SignOffGrant,
  withDecision,
} from './sign-off.ts';
import { manifestsAfter } from './sign-off-bindings.ts';
import { type CommandsPlace, revokeCommands } from './sign-off-commands.ts';
import { evidenceCsv, evidenceJson } from './sign-off-evidence.ts';
import { evidenceMarkdown } from './sign-off-evidence-markdown.ts';
import type { SignOffOutcome } from './sign-off-outcome.ts';
import { answersHelp, grantLines, parseAnswer, prompt } from './sign-off-prompt.ts';
import {
  introduction,
  refuseOtherCluster,
  refuseOtherWish,
  refuseTooMany,
  type SignOffRequest,
  wishOf,
} from './sign-off-request.ts';

/** The file of a pass, as it was found and as only this run writes it. */
export type SignOffFile = {
  readonly pass: SignOff | undefined;
  /** Whole or not at all. Fails with `file`, `conflict` where somebody else wrote it meanwhile. */
  readonly write: (pass: SignOff) => Promise<void>;
  /** Writes `NAME` beside it for its owner alone, and answers with its path. Fails with `file`. */
  readonly writeBeside: (suffix: string, text: string) => Promise<string>;
};

export type SignOffDeps = {
  readonly open: (where: LiveWhere) => Promise<AccessSource>;
  readonly openFile: (path: string) => SignOffFile;
  readonly isSomebodyThere: boolean;
  readonly say: (line: string) => void;
  /** undefined: nobody answers any more. */
  readonly nextLine: (prompt: string) => Promise<string | undefined>;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly absolutePath: (path: string) => string;
  /** SHA-256 in hexadecimal. */
  readonly digest: (text: string) => string;
};

/** Fails with `usage`, `cancelled`, `conflict`, `file`, and as reading a cluster does; what was decided by then is kept. */
export async function runSignOff(request: SignOffRequest, deps: SignOffDeps): Promise<SignOffOutcome> {
  if (!deps.isSomebodyThere) {
    throw new Failure('usage', 'a sign-off asks a person, and there is no terminal here', {
      hint: 'Run it on one; "review -o markdown" prints a review without questions.',
    });
  }
  const file = deps.openFile(request.path);
  refuseOtherWish(request, file.pass);
  const source = await deps.open(request.where);
  const { live } = source;
  if (live === undefined) throw new TypeError('a sign-off was asked for offline');
  refuseOtherCluster(request.path, file.pass, live.server);
  const { namespace = '', hidesSystem } = { ...request, ...wishOf(file.pass) };
  const scope = namespace === '' ? ({ kind: 'all' } as const) : ({ kind: 'namespace', namespace } as const);
  const wish = namespace === '' ? ({ kind: 'all' } as const) : ({ kind: 'one', namespace } as const);
  const [{ snapshot: read }, { user }] = await Promise.all([
    accessFor(source, { scope }, wish),
    live.whoAmI(),
  ]);
  const snapshot = snapshotOf({ ...read, discovery: undefined, namespaces: [] });
  const grants = grantsToSign(snapshot, { namespace, hidesSystem, digest: deps.digest });
  refuseTooMany(grants);
  const begun: SignOff = file.pass ?? {
    cluster: source.name,
    server: live.server,
    namespace,
    hidesSystem,
    startedAt: deps.now(),
    startedBy: user,
    readings: [],
    decided: [],
  };
  const pass = await withReading(begun, snapshot, { file, deps, namespace: source.namespace });
  introduction(begun, pass, grants).forEach(deps.say);
  deps.say(answersHelp);
  await file.write(pass);
  const signed = await walk(pass, grants, { file, deps, user });
  const { kubeconfig } = request.where;
  const place = {
    context: live.context,
    kubeconfig: kubeconfig === undefined ? undefined : deps.absolutePath(kubeconfig),
  };
  return conclude({ pass: signed, grants, snapshot }, { file, deps, place });
}

type Around = { readonly file: SignOffFile; readonly deps: SignOffDeps };

/** The pass with this reading of the cluster, which is kept whole where it is not the last one again. */
async function withReading(
  pass: SignOff,
  snapshot: Snapshot,
  { file, deps, namespace }: Around & { readonly namespace: string },
): Promise<SignOff> {
  const takenAt = new Date(deps.now() * 1000).toISOString();
  const { server } = pass;
  const textAt = (at: string): string =>
    formatSnapshot({ takenAt: at, server, kubernetesVersion: '', namespace, snapshot });
  const content = deps.digest(textAt(''));
  if (pass.readings.at(-1)?.content === content) return pass;
  const text = textAt(takenAt);
  const path = await file.writeBeside(`.snapshot-${pass.readings.length + 1}.json`, text);
  const reading: Reading = { sha256: deps.digest(text), content, takenAt, file: path };
  return { ...pass, readings: [...pass.readings, reading] };
}

async function walk(
  begun: SignOff,
  grants: readonly SignOffGrant[],
  { file, deps, user }: Around & { readonly user: string },
): Promise<SignOff> {
  const { open } = progressOf(begun, grants);
  const before = grants.length - open.length;
  let pass = begun;
  for (let index = 0; index < open.length; ) {
    const grant = open[index];
    if (grant === undefined) break;
    for (const line of grantLines(grant, { at: before + index + 1, of: grants.length })) deps.say(line);
    const typed = await deps.nextLine(prompt);
    refuseInterrupted(deps.signal, pass);
    const answer = parseAnswer(typed ?? 'quit');
    if (answer.kind === 'stop') break;
    if (answer.kind === 'decision') {
      const { decision, note } = answer;
      const snapshot = pass.readings.at(-1)?.sha256 ?? '';
      const { id, fingerprint } = grant;
      pass = withDecision(pass, { id, fingerprint, decision, note, at: deps.now(), by: user, snapshot });
      await file.write(pass);
    }
    if (answer.kind === 'unclear') deps.say(answersHelp);
    else index = Math.max(0, index + (answer.kind === 'back' ? -1 : 1));
  }
  return pass;
}

function refuseInterrupted(signal: AbortSignal, { decided }: SignOff): void {
  if (!signal.aborted) return;
  throw new Failure('cancelled', `stopped; ${countedAre(decided.length, 'decision')} kept`, {
    hint: 'The same command goes on there.',
  });
}

type Signed = {
  readonly pass: SignOff;
  readonly grants: readonly SignOffGrant[];
  readonly snapshot: Snapshot;
};

async function conclude(
  { pass, grants, snapshot }: Signed,
  { file, deps, place }: Around & { readonly place: CommandsPlace },
): Promise<SignOffOutcome> {
  const evidence = { pass, grants, gaps: snapshot.gaps, writtenAt: deps.now() };
  const { holding, open } = progressOf(pass, grants);
  const revoked = grants.filter(({ id }) => holding.get(id)?.decision === 'revoke');
  const files = [
    await file.writeBeside('.evidence.json', evidenceJson(evidence)),
    await file.writeBeside('.evidence.csv', evidenceCsv(evidence)),
    await file.writeBeside('.evidence.md', evidenceMarkdown(evidence)),
    await file.writeBeside('.after.json', manifestsAfter(revoked, snapshot)),
  ];
  const script = await file.writeBeside('.revoke.sh', revokeCommands(revoked, snapshot, place));
  return { open: open.length, revoked: revoked.length, files, script };
}
