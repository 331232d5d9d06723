import { expect, it } from 'vitest';
import { bindingIn, roleIn } from '../../src/rbac/snapshot.ts';
import { invalidIn } from '../../src/rbac/validation.ts';
import { describeInvalid } from '../../src/rbac/words.ts';
import { invalidObjects } from '../integration/rbac-invalid.ts';

it.each(invalidObjects)('row 16: %s', (kind, object) => {
  const read =
    object.kind === 'Role' || object.kind === 'ClusterRole'
      ? roleIn(object, object.kind)
      : bindingIn(object, object.kind);
  const found = invalidIn(read!);
  expect(found.map((each) => each.kind)).toEqual(kind === 'valid' ? [] : [kind]);
  for (const each of found) expect(describeInvalid(each)).toMatch(/^[a-z"/]/);
});
