// The section of docs/performance.md on answers about access.

import { sizeA, sizeB } from '../parts/rbac-data.ts';
import { tableOf } from './report.ts';
import type { Row } from './row.ts';

/** `facts` as of `machineFacts`, `date` as of ISO 8601. */
export function accessSectionOf(rows: readonly Row[], facts: readonly string[], date: string): string {
  return `# Access

Written by \`node scripts/bench-access.ts --write\` on ${date}; do not edit. What is compared ran in turns in one run on one machine: the ratio is what to look at. Memory is that of the whole process at its largest, in MB of 10^6 bytes, times are from its start to its end.

${tableOf(rows)}

- **A**: ${wordsOf(sizeA)}. **B**: ${wordsOf(sizeB)}. Generated (\`scripts/parts/rbac-data.ts\`), written through the API into a real kube-apiserver with etcd, both on the same machine and the same processors as what is measured.
- No controller manager runs: the stock roles that collect others (\`view\`, \`edit\`, \`admin\`) are empty, as are the generated ones. With them filled, rbac-tool ends on B with "memory budget exceeded", after taking 5.8 GB; ours answers either way.
- The program is that of the Linux archive, made from the checkout; \`KUBECTL_OIDC_RELEASE=FOLDER\` and \`--program FOLDER\` name another. Peers are looked for in \`PEERS_BIN=FOLDER\`, then on PATH, then built as Go modules; one that cannot be had is a row that says so.
- The 10,000 checks expect what the API server's SubjectAccessReview said of each: the run counts only if all of them hold.
- The engine is measured in memory, without a cluster, by the processor time of its process; \`node scripts/bench-engine.ts\` prints all of it.

${facts.map((fact) => `- ${fact}`).join('\n')}

Single rows: \`node scripts/bench-access.ts A B growth\`, any of these words. All of them take about ten minutes, some of them to write B into the cluster.
`;
}

function wordsOf({
  namespaces,
  roleBindings,
  clusterRoleBindings,
  roles,
  clusterRoles,
}: typeof sizeA): string {
  const counted = [
    [namespaces, 'namespaces'],
    [roleBindings, 'RoleBindings'],
    [clusterRoleBindings, 'ClusterRoleBindings'],
    [roles, 'Roles'],
    [clusterRoles, 'ClusterRoles'],
  ] as const;
  return counted.map(([count, what]) => `${count.toLocaleString('en-US')} ${what}`).join(', ');
}
