// The table of commands: words → a command's request → its outcome on stdout. Each command's code is imported
// when it is chosen; no command knows this table.

import yargs, { type Argv } from 'yargs';
import { Failure } from './failure.ts';
import { cleanText } from './foreign-text.ts';
import type { Host } from './host.ts';

/** Replaced by the build. */
declare const KUBECTL_OIDC_VERSION: string | undefined;

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
    .version(typeof KUBECTL_OIDC_VERSION === 'string' ? KUBECTL_OIDC_VERSION : '0.0.0-source')
    .help()
    .alias('h', 'help')
    .wrap(Math.min(110, host.stdout.columns ?? 80))
    .exitProcess(false)
    .fail((message, error) => {
      throw error instanceof Error ? error : usageFailure(message);
    });
  await addCommands(parser, host, say).parseAsync();
}

function addCommands(parser: Argv, host: Host, say: (text: string) => void): Argv {
  return parser
    .command(
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
    )
    .command(
      'get-token',
      'what kubectl runs: prints an ExecCredential',
      async (words) => words.options((await import('./commands/get-token.ts')).options),
      () => undefined,
    )
    .command(
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
      },
    )
    .command(
      'status',
      'show every stored login: whose, until when, where it is kept',
      async (words) =>
        words
          .options((await import('./commands/status.ts')).options)
          .example('$0 status -o json', 'the same for scripts'),
      async (words) => {
        const status = await import('./commands/status.ts');
        const request = status.parse(words);
        say(
          status.describe(
            await status.run(await status.realDeps(request, host), host.now()),
            request,
            host.now(),
          ),
        );
      },
    )
    .command(
      'logout',
      'delete the tokens here and revoke them at the provider',
      async (words) =>
        words
          .options((await import('./commands/logout.ts')).options)
          .example('$0 logout --all', 'end every stored login'),
      async (words) => {
        const logout = await import('./commands/logout.ts');
        const request = logout.parse(words);
        const outcome = await logout.run(request, await logout.realDeps(host));
        say(logout.describe(outcome));
        logout.insistOnRevocation(outcome);
      },
    );
}

/** yargs says several lines, some with what was typed: one clean line of it, and where to look. */
function usageFailure(message: string | null): Failure {
  const words = cleanText((message ?? 'the words do not fit together').replaceAll('\n', ' '));
  return new Failure('usage', words.charAt(0).toLowerCase() + words.slice(1), {
    hint: '"kubectl oidc --help" lists the commands, "kubectl oidc COMMAND --help" their flags.',
  });
}
