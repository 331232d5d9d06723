-- Who may hand out more than they hold: "bind" and "escalate" on roles (rbac.authorization.k8s.io).
SELECT DISTINCT
  cluster_name, subject_kind, subject_namespace, subject_name,
  binding_namespace AS in_namespace, verb, resource_type, resource_name, binding_kind, binding_name, role_kind, role_name
FROM granted_rules
WHERE verb IN ('bind', 'escalate', '*')
  AND api_group IN ('rbac.authorization.k8s.io', '*')
  AND resource_type IN ('roles', 'clusterroles', '*')
ORDER BY cluster_name, subject_kind, subject_namespace, subject_name, in_namespace, verb, resource_type, resource_name, binding_name, role_name;
