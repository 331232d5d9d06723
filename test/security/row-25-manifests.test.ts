// Names that try to become more than a name in what we write: YAML documents, JSON, words for a shell.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { assetsForTests } from '../../scripts/parts/assets.ts';
import { manifestYaml } from '../../src/edge/access/manifest-yaml.ts';
import { cleanText } from '../../src/foreign-text.ts';
import { planGrant, type WantedGrant } from '../../src/rbac/grant-plan.ts';
import { revokeCommand } from '../../src/rbac/grant-text.ts';
import { manifestOf } from '../../src/rbac/manifest.ts';
import { formatManifests } from '../../src/rbac/manifest-output.ts';
import { rule } from '../../src/rbac/rule.ts';
import { snapshotOf } from '../../src/rbac/snapshot.ts';
import type { Subject } from '../../src/rbac/subject.ts';

const hostile = [
  'x"\n- kind: ClusterRoleBinding',
  "x'\n---\nkind: ClusterRole",
  '---',
  '...\n---\napiVersion: v1',
  '# nothing',
  '&a *a',
  '!!binary aGk=',
  '{a: b}',
  '[x]',
  '<<: *x',
  'yes',
  'NO',
  'null',
  '~',
  '012',
  '1e3',
  '0x1f',
  '12:30:45',
  '2026-11-25',
  '=',
  ' leading',
  'trailing ',
  'a: b',
  'a #b',
  '%TAG',
  '@at',
  '`tick`',
  '|',
  '>-',
  '\u2028\u0085',
  'x\u0085- kind: ClusterRoleBinding',
  'x\u2028---\u2029y: z',
  'c1 \u009b31m \u009d0;owned\u009c',
  '\u202egnp',
  '$(touch /tmp/owned)',
  "'; touch /tmp/owned; '",
  '-n kube-system',
  '😀\ufeff',
];

function wantedFor(subject: Subject, reason: string): WantedGrant {
  const rules = [
    rule({ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: [subject.name] }),
  ];
  return {
    namespace: 'shop',
    subject,
    role: { kind: 'own', name: 'r', rules, about: reason, preset: undefined, binding: undefined },
    bindingName: undefined,
    terms: { until: 1_900_000_000, requester: subject.name, reason, grantedAt: 1_800_000_000 },
  };
}

function manifestsFor(subject: Subject, reason = 'why') {
  const plan = planGrant(wantedFor(subject, reason), snapshotOf({}));
  if (plan.kind === 'refused') throw new Error(plan.why);
  return plan.steps.map(({ object }) => manifestOf(object));
}

const anyText = fc
  .oneof(
    fc.constantFrom(...hostile),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  )
  // A lone half of a pair is no text, and no JSON or YAML can carry it.
  .filter((text) => text.isWellFormed());
const subjects = fc.oneof(
  fc.record({ kind: fc.constant('Group' as const), name: anyText }),
  fc.record({ kind: fc.constant('User' as const), name: anyText }),
);

describe('row 25: whatever a name holds', () => {
  it.each(['1.1', '1.2'] as const)('YAML %s reads back the same objects, and not one more', (version) => {
    fc.assert(
      fc.property(subjects, anyText, (subject, reason) => {
        const manifests = manifestsFor(subject, reason);
        const documents = parseAllDocuments(formatManifests(manifests, 'yaml', manifestYaml), { version });
        expect(documents.map((each) => each.toJS())).toEqual(manifests);
      }),
      { numRuns: 500 },
    );
  });

  it('JSON reads back the same objects', () => {
    fc.assert(
      fc.property(subjects, anyText, (subject, reason) => {
        const manifests = manifestsFor(subject, reason);
        expect(JSON.parse(formatManifests(manifests, 'json', manifestYaml)).items).toEqual(manifests);
      }),
    );
  });

  it('a kustomization lists as many files as there are objects, by plain names', () => {
    fc.assert(
      fc.property(subjects, (subject) => {
        const text = formatManifests(manifestsFor(subject), 'kustomize', manifestYaml);
        const [kustomization, ...files] = parseAllDocuments(text).map((each) => each.toJS());
        expect(files).toEqual(manifestsFor(subject));
        expect(kustomization.resources).toHaveLength(2);
        for (const name of kustomization.resources) expect(name).toMatch(/^[a-z0-9-]+\.yaml$/);
      }),
    );
  });

  it('nothing that acts on a terminal, or hides, is printed as it is', () => {
    const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
    for (const name of hostile) {
      expect(formatManifests(manifestsFor({ kind: 'Group', name }), 'yaml', manifestYaml)).not.toMatch(
        unsafe,
      );
    }
  });

  it('the names of our objects are names that Kubernetes takes', () => {
    fc.assert(
      fc.property(subjects, (subject) => {
        for (const { metadata } of manifestsFor(subject))
          expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,251}[a-z0-9])?$/);
      }),
    );
  });
});

describe('row 25: kubectl and a shell', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'row25-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("kubectl's own parser, which is Go's, reads the same names", () => {
    const manifests = hostile.map((name, index) => {
      const [, binding] = manifestsFor({ kind: 'Group', name });
      if (binding === undefined) throw new Error('a grant without a binding');
      return { ...binding, metadata: { ...binding.metadata, name: `b${index}` } };
    });
    const file = join(folder, 'all.yaml');
    writeFileSync(file, formatManifests(manifests, 'yaml', manifestYaml));
    const { kubectl } = assetsForTests(process.env);
    // --local: it parses and prints, and asks no server.
    const words = [
      'annotate',
      '--local',
      '-f',
      file,
      'read=true',
      '-o',
      'jsonpath={.subjects[0].name}{"\u0001"}',
    ];
    const names = execFileSync(kubectl, words, {
      encoding: 'utf8',
      env: { KUBECONFIG: '/dev/null', HOME: folder },
    });
    expect(names.split('\u0001').slice(0, -1)).toEqual(hostile);
  });

  it('the command that is shown is the same words to a POSIX shell', () => {
    // No other name is taken from a person (parseSubjectWish).
    const printable = hostile.filter((name) => cleanText(name) === name);
    for (const name of printable) {
      const subject: Subject = { kind: 'Group', name };
      const plan = planGrant(wantedFor(subject, ''), snapshotOf({}));
      if (plan.kind === 'refused') throw new Error(plan.why);
      const known = { subject, applied: { prefix: '', from: 'typed' as const } };
      const command = revokeCommand({ wanted: { grants: [], known, places: ['shop'] }, plans: [plan] });
      const words = execFileSync('/bin/sh', ['-c', `set -- ${command}; printf '%s\\n' "$@"`], {
        encoding: 'utf8',
      });
      const who = name.startsWith('-') ? [`--group=${name}`] : ['--group', name];
      expect(words.split('\n').slice(0, 4 + who.length)).toEqual(['kubectl', 'oidc', 'revoke', ...who, '-n']);
    }
  });
});
