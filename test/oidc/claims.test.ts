import { expect, test } from 'vitest';
import {
  algorithmOf,
  decodeIdToken,
  describePerson,
  endOfAccessToken,
  type IdTokenExpectation,
  judgeIdToken,
  judgeRefreshed,
} from '../../src/oidc/claims.ts';
import type { IdTokenClaims } from '../../src/oidc/provider.ts';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: unknown) => `${part({ alg: 'ES384' })}.${part(claims)}.c2ln`;
const base: IdTokenClaims = { iss: 'https://a.test', sub: 's1', aud: 'kubectl', exp: 1300, iat: 1000 };

test('claims are read as they stand, letters beyond ASCII too', () => {
  const claims = { ...base, name: 'Žofie 🦊', groups: ['a'] };
  expect(decodeIdToken(token(claims))).toEqual(claims);
  expect(algorithmOf(token(claims))).toBe('ES384');
});

test.each([
  ['nothing', ''],
  ['an opaque token', 'abc'],
  ['no JSON', 'e30.!!!.x'],
  ['bytes that are no UTF-8', `e30.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.x`],
  ['a list', token([])],
  ['no sub', token({ ...base, sub: undefined })],
  ['an empty sub', token({ ...base, sub: '' })],
  ['a sub that is a number', token({ ...base, sub: 7 })],
  ['an empty aud', token({ ...base, aud: [] })],
  ['an aud of numbers', token({ ...base, aud: [1] })],
  ['an exp that is text', token({ ...base, exp: '1300' })],
  ['an auth_time that is text', token({ ...base, auth_time: '1' })],
  ['an exp after the year 9999', token({ ...base, exp: 253_402_300_800 })],
  ['an iat after the year 9999', token({ ...base, iat: 1e300 })],
  ['an auth_time after the year 9999', token({ ...base, auth_time: 253_402_300_800 })],
  ['an azp that is a list', token({ ...base, azp: ['kubectl'] })],
  ['five parts', `${token(base)}.x.y`],
])('%s is no ID token', (_, text) => {
  expect(() => decodeIdToken(text)).toThrow('the ID token is malformed');
});

test('the last second of the year 9999 is a point in time', () => {
  const claims = { ...base, exp: 253_402_300_799, auth_time: 253_402_300_799 };
  expect(decodeIdToken(token(claims))).toEqual(claims);
});

test('an access token tells its end only when it is a JWT', () => {
  expect(endOfAccessToken(token({ exp: 1e15 }))).toBeUndefined();
  expect(endOfAccessToken(token({ exp: 99 }))).toBe(99);
  expect(endOfAccessToken('opaque')).toBeUndefined();
  expect(algorithmOf('opaque')).toBe('');
});

const expected: IdTokenExpectation = {
  clientId: 'kubectl',
  accessTokenHash: 'hash',
  acrValues: [],
  maxAgeSeconds: undefined,
  now: 1000,
};

test.each<[string, Partial<IdTokenClaims>, Partial<IdTokenExpectation>, string]>([
  ['plain claims', {}, {}, 'accepted'],
  ['our azp', { azp: 'kubectl' }, {}, 'accepted'],
  ['several audiences with our azp', { aud: ['kubectl', 'x'], azp: 'kubectl' }, {}, 'accepted'],
  ['several audiences without azp', { aud: ['kubectl', 'x'] }, {}, 'azp'],
  ['one audience in a list', { aud: ['kubectl'] }, {}, 'accepted'],
  ['a foreign azp', { azp: 'x' }, {}, 'azp'],
  ['the right at_hash', { at_hash: 'hash' }, {}, 'accepted'],
  ['a wrong at_hash', { at_hash: 'other' }, {}, 'at_hash'],
  ['an at_hash for an algorithm without one', { at_hash: 'hash' }, { accessTokenHash: undefined }, 'at_hash'],
  ['30 seconds in the future', { iat: 1030 }, {}, 'accepted'],
  ['31 seconds in the future', { iat: 1031 }, {}, 'iat'],
  ['the second acr asked for', { acr: 'b' }, { acrValues: ['a', 'b'] }, 'accepted'],
  ['an acr that was not asked for', { acr: 'c' }, { acrValues: ['a', 'b'] }, 'acr'],
  ['no acr', {}, { acrValues: ['a'] }, 'acr'],
  ['an acr nobody asked for', { acr: 'c' }, {}, 'accepted'],
  ['a sign-in within max_age', { auth_time: 900 }, { maxAgeSeconds: 100 }, 'accepted'],
  ['a sign-in within the tolerance', { auth_time: 870 }, { maxAgeSeconds: 100 }, 'accepted'],
  ['a sign-in too long ago', { auth_time: 869 }, { maxAgeSeconds: 100 }, 'auth_time'],
  ['a sign-in 30 seconds in the future', { auth_time: 1030 }, { maxAgeSeconds: 100 }, 'accepted'],
  ['a sign-in 31 seconds in the future', { auth_time: 1031 }, { maxAgeSeconds: 100 }, 'auth_time'],
  ['a future sign-in where nobody asked for its age', { auth_time: 1031 }, {}, 'auth_time'],
  ['no auth_time', {}, { maxAgeSeconds: 100 }, 'auth_time'],
])('%s: %j against %j is %s', (_, claims, wanted, outcome) => {
  const verdict = judgeIdToken({ ...base, ...claims }, { ...expected, ...wanted });
  expect(verdict.kind === 'accepted' ? 'accepted' : verdict.claim).toBe(outcome);
});

test('a sign-in in the future may be the fault of a clock', () => {
  const verdict = judgeIdToken({ ...base, auth_time: 2000 }, expected);
  expect(verdict).toMatchObject({ kind: 'refused', about: 'time' });
});

test.each<[string, Partial<IdTokenClaims>, object]>([
  ['nothing', {}, { kind: 'same' }],
  ['exp', { exp: 9, iat: 8 }, { kind: 'same' }],
  ['aud as a list of one', { aud: ['kubectl'] }, { kind: 'same' }],
  ['sub', { sub: 's2' }, { kind: 'other-person', before: 's1', after: 's2' }],
  ['iss', { iss: 'https://b.test' }, { kind: 'other-claim', claim: 'iss' }],
  ['aud', { aud: ['kubectl', 'x'] }, { kind: 'other-claim', claim: 'aud' }],
  ['azp', { azp: 'kubectl' }, { kind: 'other-claim', claim: 'azp' }],
])('a refresh that changes %s', (_, changed, verdict) => {
  expect(judgeRefreshed(base, { ...base, ...changed })).toEqual(verdict);
});

test('the order of audiences makes no difference to a refresh', () => {
  const before = { ...base, aud: ['a', 'b'] };
  expect(judgeRefreshed(before, { ...base, aud: ['b', 'a'] })).toEqual({ kind: 'same' });
});

test.each<[string, object, object]>([
  ['the user name', { preferred_username: 'al', email: 'a@x' }, { name: 'al' }],
  ['the address', { email: 'a@x', name: 'Al' }, { name: 'a@x' }],
  ['the name', { name: 'Al' }, { name: 'Al' }],
  ['the subject', { email: 7, name: '' }, { name: 's1', subject: 's1' }],
  ['a list of groups', { groups: ['a', 7, 'b'] }, { groups: ['a', 'b'] }],
  ['one group', { groups: 'a' }, { groups: ['a'] }],
  ["Cognito's groups", { 'cognito:groups': ['a'] }, { groups: ['a'] }],
  ["GitLab's groups", { groups_direct: ['a'] }, { groups: ['a'] }],
  ['groups that were left out', { _claim_names: { groups: 'src1' } }, { groups: [], groupsLeftOut: true }],
])('a person is shown by %s', (_, claims, shown) => {
  expect(describePerson(token({ ...base, ...claims }))).toMatchObject({
    groupsLeftOut: false,
    expiresAt: 1300,
    ...shown,
  });
});

test('a named groups claim is the only one looked at', () => {
  const text = token({ ...base, groups: ['a'], 'https://x/groups': ['b'] });
  expect(describePerson(text, 'https://x/groups').groups).toEqual(['b']);
});

test('escapes in names, subjects and groups do not reach a terminal', () => {
  const evil = 'x\u001b]0;t\u0007\u202ey\u009b1m\r';
  const person = describePerson(token({ ...base, sub: evil, preferred_username: evil, groups: [evil] }));
  expect(person).toMatchObject({ name: 'xy', subject: 'xy', groups: ['xy'] });
});
