-- Groups bound to cluster-admin, or to a role of another name that allows everything; namespace '' is the whole cluster.
SELECT DISTINCT
  b.cluster_name, b.subject_name AS group_name, b.binding_namespace AS in_namespace, b.binding_kind, b.binding_name, b.role_kind, b.role_name
FROM bindings b
JOIN rules r
  ON b.cluster_name = r.cluster_name
  AND b.role_kind = r.role_kind
  AND b.role_namespace = r.role_namespace
  AND b.role_name = r.role_name
WHERE b.subject_kind = 'Group'
  AND r.verb = '*'
  AND r.api_group = '*'
  AND r.resource_type = '*'
  AND r.resource_name = ''
ORDER BY cluster_name, group_name, in_namespace, binding_name;
