// How long the engine of access takes, from JSON to answers, on generated clusters: two sizes as met, and ten times more
// bindings to see that it grows with them and no faster. CPU time of this process, since machines are shared.

import { parseArgs } from 'node:util';
import { accessOf, judge } from '../src/rbac/access.ts';
import { deadFindings } from '../src/rbac/dead-findings.ts';
import { effectiveAccess } from '../src/rbac/effective-access.ts';
import { permissionDiff } from '../src/rbac/permission-diff.ts';
import { type Attributes, resourceAttributes } from '../src/rbac/rule.ts';
import { type Identity, withImpliedGroups } from '../src/rbac/subject.ts';
import { whoCan } from '../src/rbac/who-can.ts';
import { type RbacData, type RbacSize, rbacData, sizeA, sizeB } from './parts/rbac-data.ts';
import { generatedSnapshot } from './parts/rbac-snapshot.ts';

/** Ten times the bindings of B: no cluster is like that, but memory can be. */
const sizeC: RbacSize = { ...sizeB, namespaces: 60_000, roleBindings: 500_000 };

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
/** Milliseconds by size and by what was measured: what `--json` prints, for bench/growth.ts. */
const found: Record<string, Record<string, number>> = {};

function measure<Value>([name, what]: readonly [name: string, what: string], work: () => Value): Value {
  const before = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000;
  found[name] = { ...found[name], [what]: ms };
  const memory = Math.round(process.memoryUsage().rss / 1e6);
  const line = `  ${what.padEnd(34)} ${ms.toFixed(0).padStart(7)} ms ${`${memory}`.padStart(6)} MB`;
  if (!values.json) console.log(line);
  return value;
}

/** Ten thousand questions of people and accounts in their namespaces. */
function checks(): readonly (readonly [Identity, Attributes])[] {
  const resources = ['pods', 'secrets', 'configmaps', 'nodes'];
  const verbs = ['get', 'list', 'create'];
  return Array.from({ length: 10_000 }, (_, index) => {
    const team = index % 200;
    const user =
      index % 3 === 0 ? `system:serviceaccount:team-${team}-ci:ci` : `oidc:person-${index}@example.com`;
    const identity = withImpliedGroups({ user, groups: [`oidc:team-${team}`] });
    const resource = resources[index % 4] ?? 'pods';
    return [
      identity,
      resourceAttributes({ verb: verbs[index % 3] ?? 'get', resource, namespace: `team-${team}-dev` }),
    ] as const;
  });
}

/** As a LIST would bring it; the largest is longer than a string may be. */
function parsed(name: string, size: RbacSize): RbacData {
  const data = rbacData(size, 1);
  if (size.roleBindings > 100_000) return data;
  const json = JSON.stringify(data);
  return measure(
    [name, `JSON.parse of ${(json.length / 1e6).toFixed(0)} MB`],
    (): RbacData => JSON.parse(json),
  );
}

function bench(name: string, size: RbacSize): void {
  if (!values.json) console.log(`${name}: ${size.roleBindings} RoleBindings`);
  const data = parsed(name, size);
  const snapshot = measure([name, 'read'], () => generatedSnapshot(data));
  const access = measure([name, 'index'], () => accessOf(snapshot));
  const secrets = resourceAttributes({ verb: 'get', resource: 'secrets' });
  measure([name, 'who can get secrets, everywhere'], () => whoCan(access, secrets, { kind: 'all' }));
  measure([name, 'who can get secrets, one namespace'], () =>
    whoCan(access, secrets, { kind: 'namespace', namespace: 'team-3-dev' }),
  );
  const asked = checks();
  measure(
    [name, '10,000 checks'],
    () => asked.filter(([identity, each]) => judge(access, identity, each).allowed).length,
  );
  measure([name, 'all that one group may'], () =>
    effectiveAccess(access, { user: '', groups: ['oidc:team-7'] }),
  );
  if (size.roleBindings > 100_000) return;
  measure([name, 'dead rules'], () => deadFindings(access));
  measure([name, 'permissions compared with themselves'], () =>
    permissionDiff(snapshot, generatedSnapshot(data)),
  );
}

const sizes = { A: sizeA, B: sizeB, C: sizeC };
for (const [name, size] of Object.entries(sizes))
  if (positionals.length === 0 || positionals.includes(name)) bench(name, size);
if (values.json) console.log(JSON.stringify(found));
