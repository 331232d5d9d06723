import { describe, expect, it } from 'vitest';
import { type CompleteDeps, describe as linesOf, run } from '../../src/commands/complete.ts';
import * as completion from '../../src/commands/completion.ts';
import type { CommandShape } from '../../src/completion/value-kind.ts';
import { Failure } from '../../src/failure.ts';

const grant: CommandShape = {
  options: {
    preset: { type: 'string', describe: 'rule set' },
    verb: { type: 'string', describe: 'verbs' },
    group: { type: 'string', describe: 'who' },
    filename: { type: 'string', alias: 'f', describe: 'file' },
  },
};
const never = new Promise<void>(() => undefined);
const depsWith = (change: Partial<CompleteDeps> = {}): CompleteDeps => ({
  commands: { grant: { about: 'give access', load: async () => grant } },
  presets: async () => [{ value: 'reader', about: 'look only' }, { value: 'editor' }],
  lookUp: async (kind, { typed }) => [{ value: `${typed}-${kind}` }],
  late: never,
  ...change,
});
const answer = async (words: readonly string[], change?: Partial<CompleteDeps>) =>
  linesOf(await run(words, depsWith(change)));

describe('__complete', () => {
  it.each([
    [['gr'], 'grant\tgive access\n:4\n'],
    [['grant', '--pre'], '--preset\trule set\n:4\n'],
    [['grant', '--preset', ''], 'reader\tlook only\neditor\n:4\n'],
    [['grant', '--preset=e'], 'editor\n:4\n'],
    [['grant', '--verb', 'get,li'], 'get,list\n:4\n'],
    [['grant', '--group', 'x'], 'x-group\n:4\n'],
    [['grant', '-f', ''], ':0\n'],
    [['grant', ''], ':4\n'],
    [['unknown', ''], ':4\n'],
    [['toString', ''], ':4\n'],
    [[], 'grant\tgive access\n--help\tshow help\n--version\tshow version number\n:4\n'],
  ])('%j', async (words, lines) => {
    expect(await answer(words)).toBe(lines);
  });

  it('offers nothing, and fails not, when what it needs cannot be had or does not come in time', async () => {
    const words = ['grant', '--group', 'x'];
    const broken = async () => {
      throw new Failure('usage', 'the kubeconfig is damaged');
    };
    expect(await answer(words, { lookUp: broken })).toBe(':4\n');
    const hanging = () => new Promise<never>(() => undefined);
    expect(await answer(words, { lookUp: hanging, late: Promise.resolve() })).toBe(':4\n');
  });
});

describe('completion', () => {
  it.each([
    [{ what: 'bash' }, { kind: 'script', shell: 'bash' }],
    [{ what: 'install' }, { kind: 'install', folder: undefined }],
    [
      { what: 'install', dir: '/b' },
      { kind: 'install', folder: '/b' },
    ],
  ])('%j is a request', (words, request) => {
    expect(completion.parse(words)).toEqual(request);
  });

  it.each([
    [{}, 'completion was asked for nothing'],
    [{ what: 'tcsh' }, 'completion was asked for "tcsh"'],
    [{ what: 'toString' }, 'completion was asked for "toString"'],
    [{ what: 'zsh', dir: '/b' }, '--dir was given with zsh, whose script goes to stdout'],
  ])('%j is not', (words, message) => {
    expect(() => completion.parse(words)).toThrow(expect.objectContaining({ code: 'usage', message }));
  });

  it('tells what was written, and whether kubectl finds it', () => {
    const path = '/h/.local/bin/kubectl_complete-oidc';
    expect(completion.describe({ kind: 'written', path, onPath: true })).toContain(`Wrote ${path}. Wherever`);
    expect(completion.describe({ kind: 'unchanged', path, onPath: false })).toContain('is not on PATH');
  });
});
