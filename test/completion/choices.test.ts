import { describe, expect, it } from 'vitest';
import {
  choicesOf,
  formatAnswer,
  groupChoices,
  isOfferable,
  matching,
  subjectChoices,
} from '../../src/completion/choices.ts';
import { resourceChoices } from '../../src/completion/resource-choices.ts';

describe('isOfferable', () => {
  it.each([
    'prod',
    'gke_acme_europe-west1_shop',
    'arn:aws:eks:eu-west-1:123456789012:cluster/shop',
    'default/api-example-com:6443/kube:admin',
    'kubernetes-admin@kubernetes',
    '/team-a/sub',
    'CN=devs,OU=groups,DC=example',
    'équipe',
    '開発',
  ])('%s may stand on a command line', (name) => {
    expect(isOfferable(name)).toBe(true);
  });

  it.each([
    ...[
      '',
      '-x',
      '--all',
      'a b',
      'a\tb',
      'a\nb',
      ' a',
      '~root',
      'a~',
      '#x',
      '=ls',
      ':4',
      '%self',
      '!!',
      '^a^b',
    ],
    ...[
      '$(id)',
      '$x',
      '`id`',
      'a;b',
      'a&b',
      'a|b',
      'a>b',
      'a<b',
      '*',
      'a?',
      '[a]',
      '{a,b}',
      "a'b",
      'a"b',
      'a\\b',
    ],
    ...['a\u001b]0;x\u0007', 'a\u009bm', 'a\u202eb', 'a\u200bb', 'a\u00a0b', 'x'.repeat(254)],
  ])('%j may not', (name) => {
    expect(isOfferable(name)).toBe(false);
  });
});

describe('choices', () => {
  it('are sorted, each once, and hostile ones left out', () => {
    expect(choicesOf(['b', 'a', 'b', '$(id)'])).toEqual([{ value: 'a' }, { value: 'b' }]);
  });

  it('go on from what was typed; of a list the last part', () => {
    const choices = choicesOf(['pods', 'services']);
    expect(matching(choices, 'po')).toEqual([{ value: 'pods' }]);
    expect(matching(choices, 'Po')).toEqual([]);
    expect(matching(choices, 'pods,se', true)).toEqual([{ value: 'pods,services' }]);
    expect(matching(choices, 'pods,se')).toEqual([]);
  });

  it("leave Kubernetes' own groups to those who ask for them", () => {
    const groups = ['system:masters', 'oidc:devs'];
    expect(groupChoices(groups, '')).toEqual([{ value: 'oidc:devs' }]);
    expect(groupChoices(groups, 'system:')).toEqual([{ value: 'oidc:devs' }, { value: 'system:masters' }]);
    expect(subjectChoices(groups, 'group:')).toEqual([{ value: 'group:oidc:devs' }]);
    expect(subjectChoices(groups, 'group:system:m')).toContainEqual({ value: 'group:system:masters' });
  });

  it('become lines with one tab each and the directive last', () => {
    const choices = [
      { value: 'a', about: 'first\n\tline\u001b[31m' },
      { value: 'b', about: '' },
      { value: 'c' },
    ];
    expect(formatAnswer({ choices, besides: 'nothing' })).toBe('a\tfirst line\nb\nc\n:4\n');
    expect(formatAnswer({ choices: [], besides: 'files' })).toBe(':0\n');
  });
});

describe('resourceChoices', () => {
  const resources = [
    { group: '', name: 'pods', kind: 'Pod', shortNames: ['po'] },
    { group: '', name: 'pods/log', kind: 'Pod', shortNames: [] },
    { group: '', name: 'events', kind: 'Event', shortNames: ['ev'] },
    { group: 'events.k8s.io', name: 'events', kind: 'Event', shortNames: ['ev'] },
    { group: 'evil', name: '$(id)', kind: '`id`', shortNames: ['a b'] },
  ];
  it.each([
    ['', ['events', 'events.events.k8s.io', 'pods']],
    ['p', ['Event', 'Pod', 'ev', 'events', 'events.events.k8s.io', 'po', 'pods']],
    ['pods/', ['events', 'events.events.k8s.io', 'pods', 'pods/log']],
    ['pods,', ['events', 'events.events.k8s.io', 'pods']],
  ])('after %j', (typed, values) => {
    expect(resourceChoices(resources, typed).map(({ value }) => value)).toEqual(values);
  });
});
