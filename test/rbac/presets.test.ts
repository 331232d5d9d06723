import { describe, expect, it } from 'vitest';
import { atomsOf } from '../../src/rbac/covers.ts';
import { resourcesByName } from '../../src/rbac/discovery.ts';
import { type Preset, presetNamed, presets } from '../../src/rbac/presets.ts';
import { unrealRequest } from '../../src/rbac/real-request.ts';
import { type Rule, resourceAttributes } from '../../src/rbac/rule.ts';
import { parseRuleWords, rulesOfWords } from '../../src/rbac/rule-words.ts';
import { stock } from '../../src/rbac/stock.ts';

const { discovery } = stock();
const resources = resourcesByName(discovery);

function rulesOf({ rules, names, scope }: Preset): readonly Rule[] {
  const words = rules
    .map(parseRuleWords)
    .map((each) => (names === 'required' ? { ...each, names: ['a'] } : each));
  const place = scope === 'cluster' ? 'cluster' : 'namespace';
  return rulesOfWords(words, { discovery, scope: place, wildcards: false, namesWithList: false });
}

describe('every preset', () => {
  it.each(presets.map((each) => [each.name, each] as const))(
    '%s resolves on a stock cluster, and each part of it allows a request that can be made',
    (_, preset) => {
      for (const atom of rulesOf(preset).flatMap(atomsOf)) {
        const [verb = '', group = '', whole = ''] = [atom.verbs[0], atom.apiGroups[0], atom.resources[0]];
        const [resource = '', subresource = ''] = whole.split('/');
        const namespace = preset.scope === 'cluster' ? '' : 'shop';
        const asked = resourceAttributes({ verb, group, resource, subresource, namespace });
        expect([asked, unrealRequest(asked, resources)]).toEqual([asked, undefined]);
      }
    },
  );

  it('has a name that objects can have, once, and one sentence', () => {
    expect(new Set(presets.map(({ name }) => name)).size).toBe(presets.length);
    for (const { name, binding, about } of presets) {
      expect([name, binding].join(' ')).toMatch(/^[a-z]([-a-z]*[a-z])? [a-z]([-a-z]*[a-z])?$/);
      expect(about).toMatch(/^[A-Z][^.]*\.$/);
    }
  });

  it('none but secret-reader gives Secrets, and none lets people give rights on', () => {
    const all = presets.flatMap((each) => rulesOf(each).map((rule) => [each.name, rule] as const));
    const giving = (resource: string) =>
      all.filter(([, rule]) => rule.resources.includes(resource)).map(([name]) => name);
    expect(giving('secrets')).toEqual(['secret-reader']);
    expect(all.filter(([, { apiGroups }]) => apiGroups.includes('rbac.authorization.k8s.io'))).toEqual([]);
    expect(giving('serviceaccounts/token')).toEqual([]);
  });
});

it('pod-service-reader is the pair of the article', () => {
  const preset = presetNamed(presets, 'pod-service-reader');
  expect([preset.name, preset.binding]).toEqual(['pod-service-reader', 'read-pods-services']);
  expect(rulesOf(preset)).toEqual([
    {
      verbs: ['get', 'list', 'watch'],
      apiGroups: [''],
      resources: ['pods', 'services'],
      resourceNames: [],
      nonResourceURLs: [],
    },
  ]);
});

it('an unknown preset is answered with the nearest', () => {
  expect(() => presetNamed(presets, 'depoyer')).toThrow(
    expect.objectContaining({ code: 'usage', hint: 'Did you mean "deployer"?' }),
  );
});
