// The table of commands: words → a command's request → its outcome on stdout. Each command's code is imported
// when it is chosen; no command knows this table.

import yargs, { type Argv } from 'yargs';
import { Failure } from './failure.ts';
import { cleanText } from './foreign-text.ts';
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
  const add = [addSetup, addGetToken, addLogin, addStatus, addLogout, addVersion];
  for (const addCommand of add) addCommand(parser, { host, say });
  await parser.parseAsync();
}

type Seat = { readonly host: Host; readonly say: (text: string) => void };

function addSetup(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'setup',
    'make a context sign in with an OpenID Connect provider',
    async (words) =>
      words
        .options((await import('./commands/setup.ts')).options)
        .example(
          '$0 setup --issuer-url https://login.example.com --client-id kubectl --context prod',
          'let the context prod sign in there',
        )
        .example(
          '$0 setup --issuer-url … --client-id … --cluster prod --server https://api.example.com --verify',
          'make a new cluster and context, sign in, and ask the cluster who it sees',
        ),
    async (words) => {
      const setup = await import('./commands/setup.ts');
      const request = setup.parse(words, host);
      say(setup.describe(await setup.run(request, await setup.realDeps(host))));
    },
  );
}

function addGetToken(parser: Argv): void {
  parser.command(
    'get-token',
    'what kubectl runs: prints an ExecCredential',
    async (words) =>
      words
        .options((await import('./commands/get-token.ts')).options)
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
    'sign in now',
    async (words) =>
      words
        .options((await import('./commands/login.ts')).options)
        .example('$0 login', 'sign in for the current context')
        .example('$0 login --all', 'sign in for every context that uses this plugin')
        .example(
          '$0 login --no-browser',
          'print the address; sign in on another machine; paste what you get',
        ),
    async (words) => {
      const login = await import('./commands/login.ts');
      const outcome = await login.run(login.parse(words), await login.realDeps(host));
      say(login.describe(outcome, host.now()));
      login.insistOnAll(outcome);
    },
  );
}

function addStatus(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'status',
    'show every stored login: whose, until when, where it is kept',
    async (words) =>
      words
        .options((await import('./commands/status.ts')).options)
        .example('$0 status -o json', 'the same for scripts'),
    async (words) => {
      const status = await import('./commands/status.ts');
      const request = status.parse(words);
      const logins = await status.run(await status.realDeps(request, host), host.now());
      say(status.describe(logins, request, host.now()));
    },
  );
}

function addLogout(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'logout',
    'delete the tokens here and revoke them at the provider',
    async (words) =>
      words
        .options((await import('./commands/logout.ts')).options)
        .example('$0 logout --all', 'end every stored login')
        .example('$0 logout --forget', 'end it, and withdraw what was approved for it'),
    async (words) => {
      const logout = await import('./commands/logout.ts');
      const outcome = await logout.run(logout.parse(words), await logout.realDeps(host));
      say(logout.describe(outcome));
      logout.insistOnRevocation(outcome);
    },
  );
}

function addVersion(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'version',
    'show which build this is, what runs it, and where it keeps things',
    async (words) =>
      words
        .options((await import('./commands/version.ts')).options)
        .example('$0 version', 'what a report of a bug should begin with')
        .example('$0 version -o json', 'the same for scripts'),
    async (words) => {
      const command = await import('./commands/version.ts');
      const request = command.parse(words, host);
      say(command.describe(await command.run(request, await command.realDeps(host)), request));
    },
  );
}

/** yargs says several lines, names a flag twice (as camelCase too), and not which word it did not know. */
function usageFailure(message: string | null, typed: readonly string[]): Failure {
  const hint = '"kubectl oidc --help" lists the commands, "kubectl oidc COMMAND --help" their flags.';
  const [, meant] = /^did you mean (.+)\?$/i.exec(message ?? '') ?? [];
  if (meant !== undefined)
    return new Failure('usage', `there is no command "${cleanText(typed[0] ?? '')}"; did you mean ${meant}`, {
      hint,
    });
  const [, list] = /^unknown arguments?: (.+)$/i.exec(message ?? '') ?? [];
  if (list !== undefined) {
    const names = list
      .split(', ')
      .filter((name) => !/[a-z][A-Z]/.test(name))
      .map((name) => `"${cleanText(name)}"`);
    return new Failure('usage', `unknown: ${names.join(', ')}`, { hint });
  }
  const words = cleanText((message ?? 'the words do not fit together').replaceAll(/\s+/g, ' '));
  return new Failure('usage', words.charAt(0).toLowerCase() + words.slice(1), { hint });
}
