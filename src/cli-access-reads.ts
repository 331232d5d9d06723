// The rows of the table of commands (cli.ts) that ask about access and change nothing.

import type { Argv } from 'yargs';
import type { Seat } from './cli.ts';
import { commandList, reviewFlags } from './command-list.ts';
import type { TypedWords } from './typed-words.ts';

export const accessReads: readonly ((parser: Argv, seat: Seat) => void)[] = [
  addCan,
  addWhoCan,
  addWhy,
  addCheck,
  addDiff,
  addReview,
];

function addCan(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'can [subject] [question..]',
    commandList.can.about,
    async (words) =>
      words
        .positional('subject', { type: 'string', describe: 'me, group:NAME, user:NAME or sa:NAMESPACE/NAME' })
        .positional('question', { type: 'string', describe: 'VERB RESOURCE[.GROUP][/SUBRESOURCE] [NAME]' })
        .options((await commandList.can.load()).options)
        .example('$0 can me delete deployments -n shop', 'yes or no, and why')
        .example('$0 can group:oidc:devs', 'everything that this group may do')
        .example('$0 can sa:shop/ci create pods/exec --verify', 'ask the API server too, and compare')
        .example(
          '$0 can --claims ann.json get pods -n shop',
          'what somebody will get who never signed in yet',
        ),
    async (words) => {
      const can = await commandList.can.load();
      const request = can.parse(words);
      const outcome = await can.run(request, await can.realDeps(host));
      say(can.describe(outcome, request));
      can.insistOnYes(outcome);
    },
  );
}

function addWhoCan(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'who-can <verb> <resource> [name]',
    commandList['who-can'].about,
    async (words) =>
      words
        .positional('verb', { type: 'string', describe: 'get, list, create, …' })
        .positional('resource', { type: 'string', describe: 'RESOURCE[.GROUP][/SUBRESOURCE] or /URL' })
        .positional('name', { type: 'string', describe: 'of one object' })
        .options((await commandList['who-can'].load()).options)
        .example('$0 who-can get secrets -n shop', 'in one namespace')
        .example('$0 who-can create pods/exec -A', 'in any namespace')
        .example('$0 who-can get /metrics', 'a URL')
        .example('$0 who-can get secrets -A -f rbac/ --stock', 'in manifests, before they are applied'),
    async (words) => {
      const command = await commandList['who-can'].load();
      const request = command.parse(words);
      say(command.describe(await command.run(request, await command.realDeps(host)), request));
    },
  );
}

function addWhy(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'why [message..]',
    commandList.why.about,
    async (words) =>
      words
        .positional('message', {
          type: 'string',
          describe: 'the error, in single quotes (default: what is piped in or pasted)',
        })
        .options((await commandList.why.load()).options)
        .example('kubectl get pods -n shop 2>&1 | $0 why', 'what is missing, and who could grant it')
        .example("$0 why 'Error from server (Forbidden): pods is forbidden: …'", 'the same, pasted'),
    async (words) => {
      const why = await commandList.why.load();
      const request = why.parse(words);
      say(why.describe(await why.run(request, await why.realDeps(host)), request));
    },
  );
}

async function signOff(words: TypedWords, { host, say }: Seat): Promise<void> {
  const command = await reviewFlags['sign-off']();
  const request = command.parse(words);
  say(command.describe(await command.run(request, await command.realDeps(host))));
}

function addCheck(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'check <files..>',
    commandList.check.about,
    async (words) =>
      words
        .positional('files', {
          type: 'string',
          describe: 'files of checks (kind: AccessChecks), or - for stdin',
        })
        .options((await commandList.check.load()).options)
        .example('$0 check access-checks.yaml', 'against the cluster of the current context')
        .example('$0 check access-checks.yaml -f rbac/ --stock -o junit', 'in CI, against manifests'),
    async (words) => {
      const check = await commandList.check.load();
      const request = check.parse({ ...words, files: withDash(words.files, host.arguments) });
      const results = await check.run(request, await check.realDeps(host));
      say(check.describe(results, request));
      check.insistOnAll(results);
    },
  );
}

function addDiff(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'diff <before> <after>',
    commandList.diff.about,
    async (words) =>
      words
        .positional('before', {
          type: 'string',
          describe:
            'a snapshot, a file or folder of manifests, - for stdin, context:NAME or git:REVISION:FOLDER',
        })
        .positional('after', { type: 'string', describe: 'the same' })
        .options((await commandList.diff.load()).options)
        .example('$0 diff git:main:rbac rbac -o markdown', 'what a pull request changes')
        .example('$0 diff yesterday.json context:prod', 'since a snapshot was saved')
        .example('$0 diff context:stage context:prod', 'two clusters')
        .example('helm template access | $0 diff git:main:rbac -', 'what is rendered, before it is applied'),
    async (words) => {
      const diff = await commandList.diff.load();
      const request = diff.parse({ ...words, ...sidesTyped(words, host.arguments) });
      const outcome = await diff.run(request, await diff.realDeps(host));
      say(diff.describe(outcome, request));
      diff.insistOnSame(outcome, request);
    },
  );
}

function addReview(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'review [subject]',
    commandList.review.about,
    async (words) =>
      words
        .positional('subject', {
          type: 'string',
          describe: 'only of me, group:NAME, user:NAME or sa:NAMESPACE/NAME',
        })
        .options((await commandList.review.load()).options)
        .example('$0 review', 'look around in it: ? lists the keys')
        .example('$0 review --risky', 'who may do what with a mark of risk, groups first')
        .example('$0 review group:oidc:devs', 'what one group may do, with -o table as text')
        .example('$0 review me', 'your own')
        .example('$0 review --contexts all -o csv', 'every cluster of the kubeconfig')
        .example('$0 review -o html > review.html', 'one page, to look at and to keep')
        .example('$0 review --sign-off pass.json --hide-system', 'keep, revoke or ask, grant by grant')
        .example('$0 review --export snapshots/ --context prod', 'rows for SQL over many clusters'),
    async (words) => {
      if (words['sign-off'] !== undefined) return signOff(words, { host, say });
      const exporting = await reviewFlags.export();
      const exported = exporting.parse(words);
      if (exported !== undefined) {
        for (const part of await exporting.run(exported, await exporting.realDeps(host))) say(part);
        return;
      }
      const review = await commandList.review.load();
      const request = review.parse(words);
      const { hasScreen, showReview } = await import('./review-screen.ts');
      if (review.isToLookAt(request) && hasScreen(host)) return showReview(request, host);
      const deps = await review.realDeps(host);
      const reviewed = await review.run(request, deps);
      for (const part of await review.describe(reviewed, request, deps)) say(part);
      review.insistOnAll(reviewed);
    },
  );
}

/** The two sides, with each "-" that yargs dropped before or behind the other. */
function sidesTyped(
  { before, after }: Readonly<Record<string, unknown>>,
  typed: readonly string[],
): { readonly before: unknown; readonly after: unknown } {
  const named = [before, after].flatMap((each) => (typeof each === 'string' && each !== '' ? [each] : []));
  const places = typed.flatMap((word, index) => (word === '-' ? [{ word, index }] : []));
  const others = named.map((word) => ({ word, index: typed.indexOf(word) }));
  const [first, second] = [...places, ...others].sort((one, other) => one.index - other.index);
  return places.length === 0 ? { before, after } : { before: first?.word, after: second?.word };
}

/** yargs drops a word "-", which is stdin, where it belongs to no flag. */
function withDash(files: unknown, typed: readonly string[]): readonly unknown[] {
  const named: readonly unknown[] = Array.isArray(files) ? files : [files];
  const isStdin = typed.some(
    (word, index) => word === '-' && !/^(-f|--filename)$/.test(typed[index - 1] ?? ''),
  );
  return isStdin ? [...named, '-'] : named;
}
