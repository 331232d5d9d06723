import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessOf } from '../../src/rbac/access.ts';
import { stock } from '../../src/rbac/stock.ts';
import { identityOf, parseSubjectWord, type Subject, withImpliedGroups } from '../../src/rbac/subject.ts';
import { grantsFor } from '../../src/review/read-review.ts';
import { reviewOf } from '../../src/review/review.ts';
import { pivots } from '../../src/review/rows.ts';
import { matcherOf, matching, rowsOf, wholeView } from '../../src/review/view.ts';
import { keymap } from '../../src/ui/keymap.ts';
import { levelOf } from '../../src/ui/state.ts';
import { accessWith, binding, clusterRole, role } from '../rbac/objects.ts';
import { type Sitting, sitDown } from './sitting.ts';

const { discovery } = stock();
const objects = [
  clusterRole('edit', 'get,list,create pods', 'get secrets'),
  clusterRole('admin', '* * *'),
  role('shop/reader', 'get,list pods,pods/log'),
  binding('shop/devs', 'clusterrole:edit', 'group:devs', 'user:ann'),
  binding('bank/devs', 'clusterrole:edit', 'group:devs'),
  binding('shop/read', 'role:reader', 'sa:shop/ci'),
  binding('root', 'clusterrole:admin', 'group:system:masters', 'user:root'),
  binding('system:nodes', 'clusterrole:edit', 'group:system:nodes'),
];
const world = accessWith({ discovery }, ...objects);

function seated(options?: Parameters<typeof sitDown>[0]): Sitting {
  const sitting = sitDown(options);
  sitting.read(world);
  return sitting;
}
const names = (sitting: Sitting) => sitting.table().rows.map(({ name }) => name);
const chosen = (sitting: Sitting) => sitting.table().rows[levelOf(sitting.state()).at]?.name;
const sideOf = (sitting: Sitting) => levelOf(sitting.state()).side;

describe('the list', () => {
  it('opens on who can do what, groups first, the gravest first', () => {
    expect(names(seated())).toEqual(['system:masters', 'system:nodes', 'devs', 'root', 'ann', 'shop/ci']);
  });

  it('moves by arrows, letters and pages, and stays inside', () => {
    const sitting = seated();
    sitting.press('\u001b[B\u001b[Bj');
    expect(chosen(sitting)).toBe('root');
    sitting.press('k\u001b[A');
    expect(chosen(sitting)).toBe('system:nodes');
    sitting.press('\u001b[F');
    expect(chosen(sitting)).toBe('shop/ci');
    sitting.press('\u001b[6~jj');
    expect(chosen(sitting)).toBe('shop/ci');
    sitting.press('\u001b[H\u001b[5~k');
    expect(chosen(sitting)).toBe('system:masters');
  });

  it('shows a subject by its verbs, everything else by who has to do with it', () => {
    const sitting = seated();
    sitting.press('jj\r');
    expect([sideOf(sitting), names(sitting)]).toEqual(['matrix', ['pods', 'secrets']]);
    sitting.press('\r');
    expect([sideOf(sitting), names(sitting)]).toEqual(['matrix', ['pods', 'secrets']]);
    expect(sitting.screen()).toContain('Why › Group devs › pods');
    sitting.press('\u001b\u007f3');
    expect([sideOf(sitting), chosen(sitting)]).toEqual(['role', 'admin']);
    sitting.press('\r');
    expect([sideOf(sitting), names(sitting)]).toEqual(['subject', ['system:masters', 'root']]);
  });

  it('goes back to the row that was entered, and drops a filter first', () => {
    const sitting = seated();
    sitting.press('jj\r/pod\r');
    expect(names(sitting)).toEqual(['pods']);
    sitting.press('\u007f');
    expect(names(sitting)).toEqual(['pods', 'secrets']);
    sitting.press('\u007f');
    expect(chosen(sitting)).toBe('devs');
    sitting.press('\u007f\u007f');
    expect(chosen(sitting)).toBe('devs');
  });

  it('turns through its four sides by one key, and both ways', () => {
    const sitting = seated();
    const sides = ['\t', '\t', '\t', '\t', '\u001b[Z'].map((key) => {
      sitting.press(key);
      return sideOf(sitting);
    });
    expect(sides).toEqual(['resource', 'role', 'namespace', 'subject', 'namespace']);
  });

  it('keeps the person on the same row when something new comes, and marks what came', () => {
    const sitting = seated();
    sitting.press('jj');
    const more = binding('shop/ops', 'clusterrole:admin', 'group:ops');
    const now = accessWith({ discovery }, ...objects, more);
    const after = now.snapshot.roleBindings.find(({ name }) => name === 'ops');
    sitting.send({
      kind: 'review',
      review: reviewOf(now),
      changes: [{ kind: 'binding', before: undefined, after }],
    });
    expect(chosen(sitting)).toBe('devs');
    const marked = () =>
      sitting
        .lines()
        .filter((line) => /^. [+~]/.test(line))
        .map((line) => line.slice(2, 20).trim());
    expect(marked()).toEqual(['+group   ops']);
    expect(sitting.screen()).toContain('1 change since it was opened');
    sitting.press('c');
    expect(marked()).toEqual([]);
  });

  it('marks everybody who has a role that changed', () => {
    const sitting = seated();
    const before = world.snapshot.clusterRoles.find(({ name }) => name === 'edit');
    const after = before && { ...before, rules: [] };
    const clusterRoles = world.snapshot.clusterRoles.map((each) => (each === before && after ? after : each));
    const now = accessOf({ ...world.snapshot, clusterRoles });
    sitting.send({ kind: 'review', review: reviewOf(now), changes: [{ kind: 'role', before, after }] });
    const marked = sitting.lines().filter((line) => /^. ~/.test(line));
    expect(marked.map((line) => line.slice(11, 24).trim()).sort()).toEqual(['ann', 'devs', 'system:nodes']);
    sitting.press('3');
    const roles = sitting.lines().filter((line) => /^. ~/.test(line));
    expect(roles.map((line) => line.slice(11, 24).trim())).toEqual(['edit']);
  });
});

it.each([1, 2, 3, 5])(
  'a page that is open stands a terminal of %i columns, and the list comes back',
  (columns) => {
    const sitting = seated();
    sitting.press('?');
    sitting.send({ kind: 'resize', columns, rows: 1 });
    expect(sitting.lines()).toHaveLength(1);
    sitting.send({ kind: 'resize', columns: 80, rows: 24 });
    expect(sitting.screen()).toContain('Keys');
  },
);

it('a namespace in which nothing is bound is told from one where nobody may do anything', () => {
  const sitting = seated();
  sitting.press('nshpo\r');
  expect(sitting.screen()).toContain('namespace shpo: nothing is bound there');
  sitting.press('n\u0015shop\r');
  expect(sitting.screen()).toContain('namespace shop');
  expect(sitting.screen()).not.toContain('nothing is bound');
});

it('a matrix does not say no where a role is unknown, nor the line below that all is known', () => {
  const sitting = sitDown();
  sitting.read(accessWith({ discovery }, ...objects, binding('lost', 'clusterrole:gone', 'user:ann')));
  expect(sitting.screen()).toContain(
    'complete, but 1 role is bound and not there: what it allows is unknown',
  );
  sitting.press('/ann\r\r');
  expect(sitting.screen()).toContain('· not seen');
  const only = sitDown();
  only.read(accessWith({ discovery }, binding('lost', 'clusterrole:gone', 'user:ann')));
  only.press('\r');
  expect(only.screen()).toContain('nothing, by the roles that are known');
  only.press('w');
  expect(only.screen()).toMatch(/Why › User ann [\s\S]*ClusterRole gone {2}is not there: it gives nothing/);
  only.press('q\u001b3');
  expect(only.screen()).toMatch(/cluster gone +1 not there/);
  for (const keys of ['\u001b', '\u001b', '/devs\r\r']) sitting.press(keys);
  expect(sitting.screen()).toMatch(/· no$/m);
});

describe('what is left out', () => {
  it('r leaves the rows with a mark, s what Kubernetes brings, n what counts in one namespace', () => {
    const sitting = seated();
    sitting.press('r');
    expect(names(sitting)).not.toContain('shop/ci');
    sitting.press('rs');
    expect(names(sitting)).toEqual(['system:masters', 'devs', 'root', 'ann', 'shop/ci']);
    sitting.press('sn' + 'bank\r');
    expect(names(sitting)).toEqual(['system:masters', 'system:nodes', 'devs', 'root']);
    expect(sitting.screen()).toContain('namespace bank');
    sitting.press('n\u0015bnak\r');
    expect(sitting.screen()).toContain('no binding is in a namespace "bnak"');
    sitting.press('n\u0015\r');
    expect(names(sitting)).toHaveLength(6);
  });

  it('filters at every letter, and Esc takes it back', () => {
    const sitting = seated();
    sitting.press('/de');
    expect(names(sitting)).toEqual(['system:nodes', 'devs']);
    sitting.press('v');
    expect(names(sitting)).toEqual(['devs']);
    sitting.press('\u007f');
    expect(names(sitting)).toEqual(['system:nodes', 'devs']);
    sitting.press('\u001b');
    expect(names(sitting)).toHaveLength(6);
  });

  it('a filter that grows letter by letter finds what it finds typed at once', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', 'A', '/', 'é'), maxLength: 8 });
    const rows = fc.array(
      name.map((each) => ({ name: each })),
      { maxLength: 30 },
    );
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-'), maxLength: 6 });
    fc.assert(
      fc.property(rows, text, (all, typed) => {
        const matcher = matcherOf(all);
        for (let end = 0; end <= typed.length; end++) {
          expect(matcher(typed.slice(0, end))).toEqual(matching(all, typed.slice(0, end)));
        }
      }),
    );
  });
});

describe('opened for somebody', () => {
  const ofDevs = accessWith(
    { discovery },
    ...objects,
    binding('everybody', 'clusterrole:discovery', 'group:system:authenticated'),
    clusterRole('discovery', 'get /version'),
  );
  const seatedFor = (whom: Subject): Sitting => {
    const sitting = sitDown({ whom, columns: 100 });
    sitting.read(ofDevs);
    return sitting;
  };

  it('shows what they may do by their groups too, from every side, and Esc leads to everybody', () => {
    const sitting = seatedFor({ kind: 'Group', name: 'devs' });
    expect([sideOf(sitting), names(sitting)]).toEqual(['matrix', ['pods', 'secrets', '/version']]);
    expect(sitting.screen()).toContain('Group devs + system:authenticated');
    sitting.press('1');
    expect(names(sitting)).toEqual(['devs', 'system:authenticated']);
    sitting.press('3');
    expect(names(sitting)).toEqual(['edit', 'discovery']);
    sitting.press('\r');
    expect([sideOf(sitting), names(sitting)]).toEqual(['matrix', ['pods', 'secrets']]);
    sitting.press('g');
    expect(sitting.state().prompt?.text).toBe('--group devs --groups-prefix= --clusterrole edit ');
    sitting.press('\u001b\u001b\u001b');
    expect([sideOf(sitting), chosen(sitting)]).toEqual(['subject', 'system:masters']);
  });

  it('has the rows that the table of the same subject has', () => {
    for (const word of ['group:devs', 'user:ann', 'sa:shop/ci', 'group:system:masters', 'user:nobody']) {
      const whom = parseSubjectWord(word);
      if (whom.kind === 'me') continue;
      const review = reviewOf(ofDevs);
      const within = grantsFor(review, withImpliedGroups(identityOf(whom)));
      const sitting = seatedFor(whom);
      for (const [index, pivot] of pivots.entries()) {
        sitting.press(`${index + 1}`);
        const rows = rowsOf(review, { ...wholeView, pivot }, within);
        expect([word, names(sitting)]).toEqual([word, rows.map(({ name }) => name)]);
      }
    }
  });

  it.each<[Subject, string]>([
    [
      { kind: 'Group', name: 'dev' },
      'No binding that was read names the group "dev"; did you mean group:devs?',
    ],
    [{ kind: 'Group', name: 'system:masters' }, 'Whoever is in system:masters may do everything, whatever'],
  ])('says of %j what no binding says, until a key is pressed', (whom, said) => {
    const sitting = seatedFor(whom);
    expect(sitting.screen()).toContain(said);
    sitting.press('j');
    expect(sitting.screen()).not.toContain(said);
  });
});

it('cuts the beginning of a way that is too long, not what one looks at', () => {
  const sitting = seated({ columns: 46 });
  sitting.press('4jj\r\r');
  expect(sitting.lines()[1]).toMatch(/^ … › Group devs +resources/);
});

describe('grant and revoke', () => {
  it('open with the words that say what one looks at', () => {
    const sitting = seated();
    sitting.press('jjg');
    expect(sitting.state().prompt?.text).toBe('--group devs --groups-prefix= ');
    sitting.press('\u001b4jj\rx');
    expect(sitting.state().prompt?.text).toBe('-n bank --group devs --groups-prefix= ');
  });

  it('write nothing without a y: every other key is no yes', () => {
    const page = { kind: 'plan', title: 'grant', lines: [], top: 0, isAsking: true } as const;
    for (const { keys } of keymap) {
      for (const key of keys) {
        const sitting = seated();
        sitting.send({ kind: 'page', page }, { kind: 'key', key: { name: key } });
        expect(sitting.effects.filter((each) => each.kind === 'answer' && each.yes)).toEqual([]);
      }
    }
    const sitting = seated();
    sitting.send({ kind: 'page', page });
    sitting.press('y');
    expect(sitting.effects).toEqual([{ kind: 'answer', yes: true }]);
  });

  it('say why not where there is no cluster', () => {
    const sitting = seated({ canWrite: false });
    sitting.press('g');
    expect(sitting.state().prompt).toBeUndefined();
    expect(sitting.screen()).toContain('grant needs a cluster');
  });
});

describe('the help', () => {
  it('has a line for each row of the keymap, and no key means two things', () => {
    const sitting = seated({ rows: 60 });
    sitting.press('?');
    const screen = sitting.screen();
    for (const { label, about } of keymap)
      expect(screen).toContain(`${label.padEnd(20)}${about}`.slice(0, 70));
    const keys = keymap.flatMap((each) => each.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('names no key of a shell where shells have no jobs', () => {
    const sitting = seated({ rows: 60, canSuspend: false });
    sitting.press('?');
    expect(sitting.screen()).not.toContain('Ctrl-Z');
    expect(sitting.screen()).toContain('Ctrl-L');
  });
});

it.each(['', '?', '/', 'w', 'g'])('leaves for the shell, draws anew and ends after %j too', (keys) => {
  const sitting = seated();
  sitting.press(keys);
  const before = sitting.state();
  sitting.press('\u001a\u000c\u0003');
  expect(sitting.effects).toEqual([
    { kind: 'suspend' },
    { kind: 'redraw' },
    { kind: 'quit', how: 'interrupt' },
  ]);
  expect(sitting.state()).toBe(before);
});

describe('before anything is read', () => {
  it('every key is taken', () => {
    for (const { keys } of keymap) {
      for (const key of keys) {
        const sitting = sitDown();
        sitting.send({ kind: 'key', key: { name: key } });
        expect(sitting.lines()).toHaveLength(24);
      }
    }
  });
});
