-- Who may hand out more than they hold: "bind" and "escalate" on roles (rbac.authorization.k8s.io).
SELECT DISTINCT
  b.cluster_name, b.subject_kind, b.subject_namespace, b.subject_name,
  b.binding_namespace AS in_namespace, r.verb, r.resource_type, r.resource_name, b.binding_kind, b.binding_name, b.role_kind, b.role_name
FROM bindings b
JOIN rules r
  ON b.cluster_name = r.cluster_name
  AND b.role_kind = r.role_kind
  AND b.role_namespace = r.role_namespace
  AND b.role_name = r.role_name
WHERE b.subject_kind <> ''
  AND r.verb IN ('bind', 'escalate', '*')
  AND r.api_group IN ('rbac.authorization.k8s.io', '*')
  AND (r.resource_type IN ('roles', '*') OR r.resource_type = 'clusterroles')
ORDER BY cluster_name, subject_kind, subject_namespace, subject_name, in_namespace, verb, resource_type, resource_name, binding_name, role_name;
