// Every command: its line in the help, and its file, imported when it is chosen. The help (cli.ts) and completion
// both read it here; completion also reads the file's `options` and `positionals`.

import type { CommandEntry } from './completion/value-kind.ts';

export const commandList = {
  setup: {
    about: 'make a context sign in with an OpenID Connect provider',
    load: () => import('./commands/setup.ts'),
  },
  'get-token': {
    about: 'what kubectl runs: prints an ExecCredential',
    load: () => import('./commands/get-token.ts'),
  },
  login: { about: 'sign in now', load: () => import('./commands/login.ts') },
  status: {
    about: 'show every stored login: whose, until when, where it is kept',
    load: () => import('./commands/status.ts'),
  },
  logout: {
    about: 'delete the tokens here and revoke them at the provider',
    load: () => import('./commands/logout.ts'),
  },
  can: {
    about: 'may they? yes or no, and why; without a question: everything they may do',
    load: () => import('./commands/can.ts'),
  },
  'who-can': {
    about: 'who may do something, and through which bindings',
    load: () => import('./commands/who-can.ts'),
  },
  why: {
    about: 'why kubectl said Forbidden: what is missing, who could grant it, what to ask for',
    load: () => import('./commands/why.ts'),
  },
  check: {
    about: 'access as tests: who must be able to do what, and who must not',
    load: () => import('./commands/check.ts'),
  },
  diff: {
    about: 'permissions gained and lost between two snapshots, clusters, folders or revisions',
    load: () => import('./commands/diff.ts'),
  },
  review: {
    about: 'look at who can do what, from four sides: a screen, a table, documents, or a page to keep',
    load: () => import('./commands/review.ts'),
  },
  grant: {
    about: 'let a group, a user or a service account do something: looks, shows, asks, writes',
    load: () => import('./commands/grant.ts'),
  },
  revoke: {
    about: 'take a grant back, and say what access is left',
    load: () => import('./commands/revoke.ts'),
  },
  grants: {
    about: 'show what was granted here: to whom, until when, changed since or not',
    load: () => import('./commands/grants.ts'),
  },
  prune: { about: 'remove grants whose time is over', load: () => import('./commands/prune.ts') },
  presets: { about: 'show the rule sets that grant knows', load: () => import('./commands/presets.ts') },
  completion: {
    about: 'complete words in a shell: "install" for kubectl oidc, or a script for kubectl-oidc',
    load: () => import('./commands/completion.ts'),
  },
  version: {
    about: 'show which build this is, what runs it, and where it keeps things',
    load: () => import('./commands/version.ts'),
  },
} as const satisfies Readonly<Record<string, CommandEntry>>;

/** What `review` does besides looking: commands of their own behind a flag of it. */
export const reviewFlags = {
  'sign-off': () => import('./commands/review-sign-off.ts'),
  export: () => import('./commands/review-export.ts'),
} as const;
