import { describe, expect, it } from 'vitest';
import { stock } from '../../src/rbac/stock.ts';
import { parseNamespaceWish, parseWhere, stockVersion } from '../../src/rbac/where-words.ts';

const live = {
  kind: 'live',
  kubeconfig: undefined,
  context: undefined,
  impersonate: undefined,
  saveTo: undefined,
};

describe('where access is read from', () => {
  it.each([
    [{}, live],
    [
      { context: 'prod', kubeconfig: 'k' },
      { ...live, context: 'prod', kubeconfig: 'k' },
    ],
    [
      { as: 'ann', 'as-group': ['a', 'b'] },
      { ...live, impersonate: { user: 'ann', groups: ['a', 'b'] } },
    ],
    [{ 'save-snapshot': 's.json' }, { ...live, saveTo: 's.json' }],
    [{ snapshot: 's.json' }, { kind: 'snapshot', path: 's.json' }],
    [{ filename: 'a' }, { kind: 'manifests', paths: ['a'], stock: false, saveTo: undefined }],
    [
      { filename: ['a', '-'], stock: true },
      { kind: 'manifests', paths: ['a', '-'], stock: true, saveTo: undefined },
    ],
    [
      { filename: 'a', 'kubernetes-version': 'v1.36.1' },
      { kind: 'manifests', paths: ['a'], stock: true, saveTo: undefined },
    ],
  ])('%j is %j', (words, where) => {
    expect(parseWhere(words)).toEqual(where);
  });

  it.each([
    [{ snapshot: 's', filename: 'a' }, '--snapshot and --filename do not go together'],
    [{ snapshot: 's', 'save-snapshot': 't' }, '--snapshot and --save-snapshot do not go together'],
    [{ filename: 'a', context: 'c' }, '--filename and --context do not go together'],
    [{ filename: 'a', as: 'ann' }, '--filename and --as do not go together'],
    [{ 'as-group': 'g' }, '--as-group was given without --as'],
    [{ stock: true }, '--stock is for manifests'],
    [{ filename: 'a', 'kubernetes-version': '1.31' }, 'the roles of Kubernetes 1.31 are not known here'],
    [{ context: ['a', 'b'] }, '--context was given 2 times'],
  ])('%j is refused', (words, message) => {
    expect(() => parseWhere(words)).toThrow(message);
  });

  it('the version whose roles are known is the one that comes along', () => {
    expect(stock().kubernetesVersion.startsWith(`v${stockVersion}.`)).toBe(true);
  });
});

describe('the namespace that is meant', () => {
  it.each([
    [{}, { kind: 'default' }],
    [{ namespace: 'shop' }, { kind: 'one', namespace: 'shop' }],
    [{ 'all-namespaces': true }, { kind: 'all' }],
  ])('%j is %j', (words, wish) => {
    expect(parseNamespaceWish(words)).toEqual(wish);
  });

  it.each([
    [{ namespace: 'shop', 'all-namespaces': true }, 'do not go together'],
    [{ namespace: 'Shop' }, '"Shop" is no name of a namespace'],
    [{ namespace: '../x' }, '"../x" is no name of a namespace'],
  ])('%j is refused', (words, message) => {
    expect(() => parseNamespaceWish(words)).toThrow(message);
  });
});
