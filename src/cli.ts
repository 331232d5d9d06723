// The table of commands: words → a command's request → its outcome on stdout. Each command's code is imported
// when it is chosen; no command knows this table.

import yargs, { type Argv } from 'yargs';
import { accessReads } from './cli-access-reads.ts';
import { accessWrites } from './cli-access-writes.ts';
import { usageFailure } from './cli-usage.ts';
import { commandList } from './command-list.ts';
import type { Host } from './host.ts';
import { version } from './version.ts';

/** Runs the command that the host's arguments name. Fails with `usage` on words that it does not know, and as the command does. */
export async function runCli(host: Host): Promise<void> {
  const say = (text: string): void => {
    host.stdout.write(text);
  };
  const parser = yargs([...host.arguments])
    .scriptName('kubectl oidc')
    .locale('en')
    .usage('$0 <command>\n\nSigns you in to Kubernetes clusters through an OpenID Connect provider.')
    .parserConfiguration({ 'boolean-negation': false, 'duplicate-arguments-array': true })
    .strict()
    .recommendCommands()
    .demandCommand(1, 'no command was given')
    .version(version)
    .help()
    .alias('h', 'help')
    .wrap(Math.min(110, host.stdout.columns ?? 80))
    .exitProcess(false)
    .fail((message, error) => {
      throw error instanceof Error ? error : usageFailure(message, host.arguments);
    });
  const add = [
    addSetup,
    addGetToken,
    addLogin,
    addStatus,
    addLogout,
    ...accessReads,
    ...accessWrites,
    addCompletion,
    addVersion,
  ];
  for (const addCommand of add) addCommand(parser, { host, say });
  await parser.parseAsync();
}

export type Seat = { readonly host: Host; readonly say: (text: string) => void };

function addSetup(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'setup',
    commandList.setup.about,
    async (words) =>
      words
        .options((await commandList.setup.load()).options)
        .example(
          '$0 setup --issuer-url https://login.example.com --client-id kubectl --context prod',
          'let the context prod sign in there',
        )
        .example(
          '$0 setup --issuer-url … --client-id … --cluster prod --server https://api.example.com --verify',
          'make a new cluster and context, sign in, and ask the cluster who it sees',
        ),
    async (words) => {
      const setup = await commandList.setup.load();
      const request = setup.parse(words, host);
      say(setup.describe(await setup.run(request, await setup.realDeps(host))));
    },
  );
}

function addGetToken(parser: Argv): void {
  parser.command(
    'get-token',
    commandList['get-token'].about,
    async (words) =>
      words
        .options((await commandList['get-token'].load()).options)
        .example(
          '$0 get-token --issuer-url https://login.example.com --client-id kubectl',
          'print a credential by hand',
        )
        .epilogue('Every flag is also a variable: --issuer-url is KUBECTL_OIDC_ISSUER_URL. The flag wins.'),
    () => undefined,
  );
}

function addLogin(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'login',
    commandList.login.about,
    async (words) =>
      words
        .options((await commandList.login.load()).options)
        .example('$0 login', 'sign in for the current context')
        .example('$0 login --all', 'sign in for every context that uses this plugin')
        .example(
          '$0 login --no-browser',
          'print the address; sign in on another machine; paste what you get',
        ),
    async (words) => {
      const login = await commandList.login.load();
      const outcome = await login.run(login.parse(words), await login.realDeps(host));
      say(login.describe(outcome, host.now()));
      login.insistOnAll(outcome);
    },
  );
}

function addStatus(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'status',
    commandList.status.about,
    async (words) =>
      words
        .options((await commandList.status.load()).options)
        .example('$0 status -o json', 'the same for scripts'),
    async (words) => {
      const status = await commandList.status.load();
      const request = status.parse(words);
      const logins = await status.run(await status.realDeps(request, host), host.now());
      say(status.describe(logins, request, host.now()));
    },
  );
}

function addLogout(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'logout',
    commandList.logout.about,
    async (words) =>
      words
        .options((await commandList.logout.load()).options)
        .example('$0 logout --all', 'end every stored login')
        .example('$0 logout --forget', 'end it, and withdraw what was approved for it'),
    async (words) => {
      const logout = await commandList.logout.load();
      const outcome = await logout.run(logout.parse(words), await logout.realDeps(host));
      say(logout.describe(outcome));
      logout.insistOnRevocation(outcome);
    },
  );
}

function addCompletion(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'completion [what]',
    commandList.completion.about,
    async (words) =>
      words
        .positional('what', { type: 'string', describe: 'bash, zsh, fish or install' })
        .options((await commandList.completion.load()).options)
        .example(
          '$0 completion install',
          'write kubectl_complete-oidc, by which kubectl completes "kubectl oidc"',
        )
        .example('source <(kubectl-oidc completion bash)', 'complete kubectl-oidc in this shell'),
    async (words) => {
      const completion = await commandList.completion.load();
      say(
        completion.describe(await completion.run(completion.parse(words), await completion.realDeps(host))),
      );
    },
  );
}

function addVersion(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'version',
    commandList.version.about,
    async (words) =>
      words
        .options((await commandList.version.load()).options)
        .example('$0 version', 'what a report of a bug should begin with')
        .example('$0 version -o json', 'the same for scripts'),
    async (words) => {
      const command = await commandList.version.load();
      const request = command.parse(words, host);
      say(command.describe(await command.run(request, await command.realDeps(host)), request));
    },
  );
}
