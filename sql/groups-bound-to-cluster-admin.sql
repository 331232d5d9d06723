-- Groups bound to cluster-admin, or to a role of another name that allows everything; namespace '' is the whole cluster.
SELECT DISTINCT
  cluster_name, subject_name AS group_name, binding_namespace AS in_namespace, binding_kind, binding_name, role_kind, role_name
FROM granted_rules
WHERE subject_kind = 'Group'
  AND verb = '*'
  AND api_group = '*'
  AND resource_type = '*'
  AND resource_name = ''
ORDER BY cluster_name, group_name, in_namespace, binding_name;
