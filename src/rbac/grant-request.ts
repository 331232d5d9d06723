// What the person asked of `grant` and `revoke`: whom, where, what. Words → requests that cannot be wrong; what only the
// cluster knows is judged later.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { choiceOf, type TypedWords, textOf } from '../typed-words.ts';
import type { Dangers } from './grant-guards.ts';
import type { PlaceWish, RoleWish, SubjectWish } from './grant-wishes.ts';
import {
  parsePlaceWish,
  parseRoleWish,
  parseSubjectWish,
  placeOptions,
  roleOptions,
  subjectOptions,
} from './grant-wishes.ts';
import { parseTime } from './managed.ts';
import { type LiveWhere, parseWhere, whereOptions } from './where-words.ts';

const { context, kubeconfig, as, 'as-group': asGroup } = whereOptions;
/** Which cluster, and as whom. */
export const clusterOptions = { context, kubeconfig, as, 'as-group': asGroup } as const;

/** How a write is looked at before it is done. */
export const writeOptions = {
  'dry-run': { type: 'boolean', describe: 'print what would be written, and write nothing' },
  yes: { type: 'boolean', alias: 'y', describe: 'do not ask before writing' },
} as const;

export const grantOptions = {
  ...subjectOptions,
  ...placeOptions,
  ...roleOptions,
  for: { type: 'string', describe: 'how long, e.g. 30m, 8h, 2d' },
  until: { type: 'string', describe: 'until when (RFC 3339), e.g. 2026-12-31T18:00:00Z' },
  reason: { type: 'string', describe: 'why: kept with the grant' },
  'role-name': { type: 'string', describe: 'what the Role for these rules is called' },
  'binding-name': { type: 'string', describe: 'what the binding is called' },
  'names-with-list': { type: 'boolean', describe: 'let --name stand beside list, watch or deletecollection' },
  output: {
    alias: 'o',
    type: 'string',
    completes: ['yaml', 'json', 'kustomize'],
    describe: 'with --dry-run: yaml (default), json or kustomize',
  },
  'dangerous-system-subject': { type: 'boolean', describe: 'grant to a user or group of Kubernetes itself' },
  'dangerous-cluster-admin': { type: 'boolean', describe: 'grant everything' },
  'dangerous-wildcard': { type: 'boolean', describe: 'grant rules with *' },
  ...writeOptions,
  ...clusterOptions,
} as const;

export type GrantRequest = {
  readonly where: LiveWhere;
  readonly subject: SubjectWish;
  readonly place: PlaceWish;
  readonly role: RoleWish;
  /** Seconds from now, or a point in time (epoch seconds); undefined: without an end. */
  readonly end: { readonly forSeconds: number } | { readonly untilAt: number } | undefined;
  readonly reason: string;
  readonly roleName: string | undefined;
  readonly bindingName: string | undefined;
  readonly presetsFile: string | undefined;
  readonly namesWithList: boolean;
  readonly dangers: Dangers;
  readonly output: 'yaml' | 'json' | 'kustomize';
  readonly dryRun: boolean;
  readonly yes: boolean;
};

/** Fails with `usage`, naming the flag. */
export function parseGrant(words: TypedWords): GrantRequest {
  const dryRun = words['dry-run'] === true;
  if (!dryRun && textOf(words, 'output') !== undefined) {
    throw new Failure('usage', '--output is for --dry-run', { hint: 'Give both, or neither.' });
  }
  const role = parseRoleWish(words);
  if (role === undefined) throw new Failure('usage', 'what to grant is missing', { hint: roleHint });
  const roleName = nameOf(words, 'role-name');
  if (roleName !== undefined && (role.kind === 'role' || role.kind === 'clusterrole')) {
    throw new Failure(
      'usage',
      `--role-name is for rules and presets, and --${role.kind} names a role that is there`,
      {
        hint: 'Give one of them.',
      },
    );
  }
  return {
    where: liveWhere(words),
    subject: parseSubjectWish(words),
    place: parsePlaceWish(words),
    role,
    end: endOf(words),
    reason: cleanText(textOf(words, 'reason') ?? '', 500),
    roleName,
    bindingName: nameOf(words, 'binding-name'),
    presetsFile: textOf(words, 'presets-file'),
    namesWithList: words['names-with-list'] === true,
    dangers: {
      systemSubject: words['dangerous-system-subject'] === true,
      clusterAdmin: words['dangerous-cluster-admin'] === true,
      wildcard: words['dangerous-wildcard'] === true,
    },
    output: choiceOf(words, 'output', ['yaml', 'json', 'kustomize']),
    dryRun,
    yes: words.yes === true,
  };
}

const roleHint =
  'Give --preset NAME ("kubectl oidc presets" lists them), --rule \'get,list pods\', --role NAME or --clusterrole NAME.';

export const revokeOptions = {
  ...subjectOptions,
  ...placeOptions,
  ...roleOptions,
  adopt: { type: 'boolean', describe: 'also take this subject out of bindings that others made' },
  ...writeOptions,
  ...clusterOptions,
} as const;

export type RevokeRequest = {
  readonly where: LiveWhere;
  readonly subject: SubjectWish;
  readonly place: PlaceWish;
  /** undefined: whatever was granted. */
  readonly role: RoleWish | undefined;
  readonly presetsFile: string | undefined;
  readonly adopt: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
};

/** Fails with `usage`, naming the flag. */
export function parseRevoke(words: TypedWords): RevokeRequest {
  return {
    where: liveWhere(words),
    subject: parseSubjectWish(words),
    place: parsePlaceWish(words),
    role: parseRoleWish(words),
    presetsFile: textOf(words, 'presets-file'),
    adopt: words.adopt === true,
    dryRun: words['dry-run'] === true,
    yes: words.yes === true,
  };
}

/** The cluster that a command writes to: no manifests, no snapshot. */
export function liveWhere(words: TypedWords): LiveWhere {
  const where = parseWhere(words);
  if (where.kind === 'live') return where;
  throw new Failure('usage', 'this needs a cluster', { hint: 'Name one with --context.' });
}

function nameOf(words: TypedWords, flag: string): string | undefined {
  const name = textOf(words, flag);
  const isFit =
    name === undefined ||
    (/^[a-z0-9]([-a-z0-9.:]{0,250}[a-z0-9])?$/.test(name) && !name.startsWith('system:'));
  if (isFit) return name;
  throw new Failure('usage', `--${flag} is "${cleanText(name, 80)}"`, {
    hint: 'Give lower-case letters, digits and "-", e.g. read-pods; names that begin with system: are Kubernetes\' own.',
  });
}

function endOf(words: TypedWords): GrantRequest['end'] {
  const [length, until] = [textOf(words, 'for'), textOf(words, 'until')];
  if (length !== undefined && until !== undefined) {
    throw new Failure('usage', '--for and --until were both given', { hint: 'Give one of them.' });
  }
  if (length !== undefined) return { forSeconds: parseDuration(length) };
  if (until === undefined) return undefined;
  const untilAt = parseTime(until);
  if (untilAt !== undefined) return { untilAt };
  throw new Failure('usage', `--until is "${cleanText(until, 60)}"`, {
    hint: 'Give a time with its zone (RFC 3339), e.g. 2026-12-31T18:00:00Z or 2026-12-31T18:00:00+01:00.',
  });
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `8h`, `1h30m`, `2d` in seconds; at most ten years. Fails with `usage`. */
export function parseDuration(typed: string): number {
  const parts = /^(\d{1,6}[smhdw])+$/.test(typed) ? (typed.match(/\d+[smhdw]/g) ?? []) : [];
  const seconds = parts.reduce(
    (sum, part) => sum + Number.parseInt(part, 10) * (unitSeconds[part.slice(-1)] ?? 0),
    0,
  );
  if (seconds > 0 && seconds <= 3650 * 86_400) return seconds;
  throw new Failure('usage', `--for is "${cleanText(typed, 40)}"`, {
    hint: 'Give a length up to ten years, e.g. 30m, 8h, 2d, 1h30m.',
  });
}
