// The review on a terminal: joins the screen (ui) with what it is given by the edge and by the commands that write.
// Loaded only when somebody looks.

import { commandList } from './command-list.ts';
import { describeFailure, Failure } from './failure.ts';
import { cleanText } from './foreign-text.ts';
import type { Host } from './host.ts';
import type { Snapshot } from './rbac/snapshot.ts';
import type { Subject } from './rbac/subject.ts';
import type { LiveWhere, Where } from './rbac/where-words.ts';
import type { View } from './review/view.ts';
import { shellWords } from './shell-quote.ts';
import type { TypedWords } from './typed-words.ts';
import type { Feed, FeedEvent, PlanPerson, ReviewParts } from './ui/parts.ts';

export type ScreenRequest = {
  readonly where: Where;
  readonly view: View;
  readonly whom: Subject | undefined;
};

/** Whether somebody sits at a terminal that can be drawn on. */
export function hasScreen({ stdin, stdout, environment }: Host): boolean {
  return stdin.isTTY === true && stdout.isTTY === true && environment.TERM !== 'dumb';
}

/** Shows it until the person leaves. Fails as opening the place does, and as `mountReview`. */
export async function showReview({ where, view, whom }: ScreenRequest, host: Host): Promise<void> {
  const place = await placeOf(where, host);
  const { environment } = host;
  const { mountReview } = await import('./ui/mount.tsx');
  const { openScreenTerminal } = await import('./edge/person/key-terminal.ts');
  const spoken = environment.INK_SCREEN_READER === 'true';
  const terminal = openScreenTerminal(host, { alternate: !spoken, mouse: !spoken });
  try {
    await mountReview(
      { ...place.parts, view, whom, spoken, terminal, color: !environment.NO_COLOR, describe: lineOf },
      { stdout: terminal.canvas, signal: host.signal },
    );
  } finally {
    terminal.close();
    place.tellAfterwards();
  }
}

type Place = {
  readonly parts: Pick<ReviewParts, 'name' | 'open' | 'plan' | 'diff'>;
  /** What was said meanwhile, once the screen is the person's again. */
  readonly tellAfterwards: () => void;
};

/** A cluster is opened before the screen is: signing in may need the terminal. */
async function placeOf(where: Where, host: Host): Promise<Place> {
  const quiet = quietHost(host);
  const diff = async (path: string, now: Snapshot): Promise<string> => diffSince(path, now, quiet.host);
  if (where.kind !== 'live') {
    const open = (take: (event: FeedEvent) => void): Feed => openStatic(where, quiet.host, take);
    const name = where.kind === 'snapshot' ? `the snapshot ${cleanText(where.path)}` : 'manifests';
    return { parts: { name, open, plan: undefined, diff }, tellAfterwards: quiet.tell };
  }
  if (where.saveTo !== undefined)
    await (await import('./edge/access/open-access.ts')).openAccess(where, host);
  const { openCluster } = await import('./edge/cluster/open-cluster.ts');
  const { startLiveFeed } = await import('./edge/access/live-feed.ts');
  const first = await openCluster(where, host);
  // Somebody may choose another current context meanwhile: the screen stays with the cluster that it names.
  const pinned = { ...where, context: where.context ?? (first.context === '' ? undefined : first.context) };
  const again = () => openCluster(pinned, quiet.host);
  const name = first.context === '' ? 'this cluster' : `the cluster of context "${cleanText(first.context)}"`;
  const open = (take: (event: FeedEvent) => void): Feed => startLiveFeed({ first, again }, take);
  const plan = planIn(pinned, quiet.host);
  return { parts: { name, open, plan, diff }, tellAfterwards: quiet.tell };
}

/** Nothing of what is done beside the screen reads its keys or writes over it. */
function quietHost(host: Host): { readonly host: Host; readonly tell: () => void } {
  const said: string[] = [];
  const { stdin, stdout, stderr } = host;
  const silent = Object.create(stdin, { isTTY: { value: false } });
  const kept = Object.create(stderr, {
    isTTY: { value: false },
    write: { value: (text: string) => said.push(text) > 0 },
  });
  return {
    host: { ...host, stdout, stdin: silent, stderr: kept, isTerminal: () => false },
    tell: () => void stderr.write(said.join('')),
  };
}

function openStatic(where: Where, host: Host, take: (event: FeedEvent) => void): Feed {
  const read = async (): Promise<void> => {
    try {
      const { openAccess } = await import('./edge/access/open-access.ts');
      const source = await openAccess(where, host);
      const snapshot = await source.read({ scope: { kind: 'all' }, namespaces: true });
      take({ kind: 'snapshot', snapshot, changes: [], isWhole: true });
      take({ kind: 'static' });
    } catch (error) {
      take({ kind: 'failed', error });
    }
  };
  // After the first frame: reading a file takes the whole thread.
  const timer = setTimeout(() => void read(), 0);
  return { reread: () => undefined, stop: () => clearTimeout(timer) };
}

async function diffSince(path: string, now: Snapshot, host: Host): Promise<string> {
  const { readSide } = await import('./edge/access/diff-side.ts');
  const { permissionDiff } = await import('./rbac/permission-diff.ts');
  const { diffText } = await import('./rbac/diff-words.ts');
  const before = await readSide({ kind: 'path', path }, { kubeconfig: undefined, stock: false }, host);
  return diffText(permissionDiff(before, now));
}

/** The command itself, with these words, in this cluster; whatever it says and asks goes to the person at the screen. */
function planIn(where: LiveWhere, host: Host): NonNullable<ReviewParts['plan']> {
  return async (verb, line, person) => {
    const words = shellWords(line);
    if (words === undefined) throw new Failure('usage', 'a quote is open', { hint: 'Close it.' });
    const { parseWords } = await import('./cli-words.ts');
    return verb === 'grant'
      ? granted(
          await parseWords([...words, ...whereWords(where)], (await commandList.grant.load()).options),
          host,
          person,
        )
      : revoked(
          await parseWords([...words, ...whereWords(where)], (await commandList.revoke.load()).options),
          host,
          person,
        );
  };
}

async function granted(words: TypedWords, host: Host, person: PlanPerson): Promise<string> {
  const grant = await commandList.grant.load();
  const request = { ...grant.parse(words), yes: false };
  return grant.describe(await grant.run(request, { ...(await grant.realDeps(request, host)), person }));
}

async function revoked(words: TypedWords, host: Host, person: PlanPerson): Promise<string> {
  const revoke = await commandList.revoke.load();
  const request = { ...revoke.parse(words), yes: false };
  return revoke.describe(await revoke.run(request, { ...(await revoke.realDeps(request, host)), person }));
}

/** The cluster that is looked at; a line that names one too is refused, as a flag that came twice. */
function whereWords({ kubeconfig, context, impersonate }: LiveWhere): readonly string[] {
  return [
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
    ...(context === undefined ? [] : ['--context', context]),
    ...(impersonate === undefined
      ? []
      : ['--as', impersonate.user, ...impersonate.groups.flatMap((each) => ['--as-group', each])]),
  ];
}

function lineOf(error: unknown): string {
  return describeFailure(error).replace(/^kubectl-oidc: /, '');
}
