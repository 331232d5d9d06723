import { describe, expect, it } from 'vitest';
import { type Asked, askedOf } from '../../src/completion/question.ts';
import type { CommandShape } from '../../src/completion/value-kind.ts';

const shape: CommandShape = {
  options: {
    context: { type: 'string', describe: '' },
    kubeconfig: { type: 'string', describe: '' },
    namespace: { type: 'string', alias: 'n', describe: '' },
    output: { type: 'string', alias: 'o', completes: ['table', 'json'], describe: '' },
    store: { type: 'string', choices: ['auto', 'none'], describe: '' },
    account: { type: 'string', describe: '' },
    all: { type: 'boolean', describe: '' },
  },
  positionals: [{ name: 'verb' }, { name: 'resource' }, { name: 'filename', many: true }],
};
const nothingGiven = { context: undefined, kubeconfig: undefined };
const value = (takes: Extract<Asked, { kind: 'value' }>['takes'], typed = '', given = {}): Asked => ({
  kind: 'value',
  takes,
  typed,
  given: { ...nothingGiven, ...given },
});
const anything: Asked = { kind: 'anything' };

describe('askedOf', () => {
  it.each<readonly [words: string, asked: Asked]>([
    ['', value('verb')],
    ['ge', value('verb', 'ge')],
    ['get|po', value('resource', 'po')],
    ['get|pods|', value('file')],
    ['get|pods|a|b|', value('file')],
    ['-', { kind: 'flag', typed: '-' }],
    ['--con', { kind: 'flag', typed: '--con' }],
    ['get|--con', { kind: 'flag', typed: '--con' }],
    ['--context|', value('context')],
    ['--context|pr', value('context', 'pr')],
    ['--context=pr', value('context', 'pr')],
    ['--context=a=b', value('context', 'a=b')],
    ['-n|', value('namespace')],
    ['-n|shop|', value('verb')],
    ['-o|j', value(['table', 'json'], 'j')],
    ['--store=', value(['auto', 'none'])],
    ['--account|', anything],
    ['--account|x|', value('verb')],
    ['--account=x|get|', value('resource')],
    ['--all|', value('verb')],
    ['--all=|', value('verb')],
    ['--all=', anything],
    ['--unknown|', value('verb')],
    ['--unknown=', anything],
    ['--|-n', value('verb', '-n')],
    ['--context|--all|', value('verb', '', { context: '--all' })],
    ['--context|prod|-n|', value('namespace', '', { context: 'prod' })],
    ['--kubeconfig=f|--context=a|--context=b|-n|', value('namespace', '', { context: 'b', kubeconfig: 'f' })],
    ['--context=|-n|', value('namespace')],
  ])('%s', (words, asked) => {
    expect(askedOf(shape, words.split('|'))).toEqual(asked);
  });

  it('offers nothing for a word that the command does not take', () => {
    expect(askedOf({ options: {} }, ['x'])).toEqual(anything);
  });
});
