import { describe, expect, it } from 'vitest';
import yargs from 'yargs';
import { grantCommand } from '../../src/rbac/grant-hint.ts';
import { grantOptions, parseGrant } from '../../src/rbac/grant-request.ts';
import { resourceAttributes } from '../../src/rbac/rule.ts';
import { shellWords } from '../../src/shell-quote.ts';

const asked = resourceAttributes({ verb: 'get', resource: 'pods', name: 'web', namespace: 'shop' });
/** As the program's own parser reads the command. */
const typed = (command = '') => {
  const words = shellWords(command)?.slice(3) ?? [];
  return parseGrant(yargs(words).options(grantOptions).strict().exitProcess(false).parseSync());
};

describe('the grant that is offered', () => {
  it.each(['--group=devs', '--cluster', '-n', '--dangerous-cluster-admin'])(
    'takes a user called %s for a name, not for a flag',
    (name) => {
      const request = typed(grantCommand({ kind: 'User', name }, asked));
      expect(request.subject).toEqual({ kind: 'User', typed: name, prefix: undefined });
      expect(request.place).toEqual({ kind: 'namespaces', names: ['shop'] });
    },
  );

  it('takes an object that an error calls --verb=delete for a name', () => {
    const command = grantCommand({ kind: 'Group', name: 'devs' }, { ...asked, name: '--verb=delete' });
    expect(typed(command).role).toMatchObject({
      words: [{ verbs: ['get'], resources: ['pods'], names: ['--verb=delete'] }],
    });
  });

  it.each([{ name: 'web,db-password' }, { resource: 'pods,secrets' }, { verb: 'get,delete' }])(
    'is none for %j, which would be read as several',
    (odd) => {
      expect(grantCommand({ kind: 'Group', name: 'devs' }, { ...asked, ...odd })).toBeUndefined();
    },
  );
});
