// A team's own presets, from a YAML or JSON file.

import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import { isFields } from '../../json-fields.ts';
import type { Preset } from '../../rbac/presets.ts';
import { stringsIn, textIn } from '../../rbac/raw.ts';
import { parseRuleWords } from '../../rbac/rule-words.ts';
import { fileFailure } from '../files/file-failure.ts';
import { readGivenFileSync } from '../files/given-file.ts';
import { decoded } from './manifest-files.ts';
import { documentsIn, type ParsedDocument } from './manifests.ts';

const maxBytes = 1024 * 1024;

/** The presets of a file of `kind: Presets`. Fails with `usage`, naming file, line and column, and with `file`. */
export function readPresets(path: string): readonly Preset[] {
  return documentsIn(path, textAt(path)).flatMap((document) => presetsIn(document));
}

function textAt(path: string): string {
  try {
    return decoded(path, readGivenFileSync(path, maxBytes));
  } catch (error) {
    throw fileFailure('could not read', cleanText(path), error);
  }
}

function presetsIn({ value, failure }: ParsedDocument): readonly Preset[] {
  if (!isFields(value) || value.kind !== 'Presets' || value.apiVersion !== 'kubectl-oidc/v1') {
    throw failure(
      [],
      'this is no file of presets: it begins with apiVersion: kubectl-oidc/v1, kind: Presets',
    );
  }
  const { presets } = value;
  if (!Array.isArray(presets)) throw failure(['presets'], 'presets must be a list');
  return presets.map((each: unknown, index) =>
    presetIn(each, (field, why) => failure(['presets', index, field], why)),
  );
}

function presetIn(value: unknown, failure: (field: string, why: string) => Failure): Preset {
  if (!isFields(value)) throw failure('', 'a preset has name, about and rules');
  const [name, about, rules] = [
    textIn(value.name),
    cleanText(textIn(value.about), 300),
    stringsIn(value.rules),
  ];
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    throw failure('name', 'a preset has a name of lower-case letters, digits and "-"');
  }
  if (about === '') throw failure('about', 'a preset says in one sentence what it lets people do (about)');
  if (rules.length === 0) throw failure('rules', "a preset has rules, e.g. 'get,list pods'");
  for (const each of rules) judgeRule(each, failure);
  const binding = textIn(value.binding);
  return {
    name,
    about,
    rules,
    warning: cleanText(textIn(value.warning), 300),
    scope: value.scope === 'cluster' ? 'cluster' : 'any',
    names: value.names === 'required' ? 'required' : 'all',
    binding: binding === '' ? name : binding,
    from: 'file',
  };
}

function judgeRule(typed: string, failure: (field: string, why: string) => Failure): void {
  try {
    parseRuleWords(typed);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw failure('rules', error.message);
  }
}
