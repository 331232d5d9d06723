// The rows of the table of commands (cli.ts) that give access and take it back, and what stands beside them.

import type { Argv } from 'yargs';
import type { Seat } from './cli.ts';
import { commandList } from './command-list.ts';

export const accessWrites: readonly ((parser: Argv, seat: Seat) => void)[] = [
  addGrant,
  addRevoke,
  addGrants,
  addPrune,
  addPresets,
];

function addGrant(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'grant',
    commandList.grant.about,
    async (words) =>
      words
        .options((await commandList.grant.load()).options)
        .example(
          '$0 grant --group k8s-restricted-users -n default --preset pod-service-reader',
          'a group sees pods and services',
        )
        .example(
          "$0 grant --group devs -n shop,web --rule 'get,list pods' --rule 'get pods/log'",
          'rules of your own',
        )
        .example(
          '$0 grant --user ann@example.com -n shop --preset debugger --for 8h --reason INC-42',
          'for a shift',
        )
        .example(
          '$0 grant --group devs -n shop --clusterrole view --dry-run -o kustomize',
          'manifests for Git',
        ),
    async (words) => {
      const grant = await commandList.grant.load();
      const request = grant.parse(words);
      say(grant.describe(await grant.run(request, await grant.realDeps(request, host))));
    },
  );
}

function addRevoke(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'revoke',
    commandList.revoke.about,
    async (words) =>
      words
        .options((await commandList.revoke.load()).options)
        .example('$0 revoke --group devs -n shop --preset debugger', 'take back one grant')
        .example('$0 revoke --user ann@example.com -n shop', 'everything that was granted to ann there')
        .example('$0 revoke --group devs -n shop --adopt', 'also from bindings that others made'),
    async (words) => {
      const revoke = await commandList.revoke.load();
      const request = revoke.parse(words);
      say(revoke.describe(await revoke.run(request, await revoke.realDeps(request, host))));
    },
  );
}

function addGrants(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'grants',
    commandList.grants.about,
    async (words) =>
      words
        .options((await commandList.grants.load()).options)
        .example('$0 grants -n shop', 'those of one namespace')
        .example('$0 grants -o json', 'all, for scripts'),
    async (words) => {
      const grants = await commandList.grants.load();
      const request = grants.parse(words);
      say(
        grants.describe(await grants.run(request, await grants.realDeps(request, host)), request, host.now()),
      );
    },
  );
}

function addPrune(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'prune',
    commandList.prune.about,
    async (words) =>
      words
        .options((await commandList.prune.load()).options)
        .example('$0 prune --dry-run', 'what has expired')
        .example('$0 prune --manifest --image registry.example.com/kubectl-oidc:1', 'a CronJob that does it'),
    async (words) => {
      const prune = await commandList.prune.load();
      const request = prune.parse(words);
      say(prune.describe(await prune.run(request, await prune.realDeps(request, host)), host.now()));
    },
  );
}

function addPresets(parser: Argv, { host, say }: Seat): void {
  parser.command(
    'presets [name]',
    commandList.presets.about,
    async (words) =>
      words
        .positional('name', { type: 'string', describe: 'show this one with its rules' })
        .options((await commandList.presets.load()).options)
        .example('$0 presets', 'all of them')
        .example('$0 presets deployer', 'the rules of one'),
    async (words) => {
      const command = await commandList.presets.load();
      const request = command.parse(words);
      say(command.describe(await command.run(request, await command.realDeps(host)), request));
    },
  );
}
