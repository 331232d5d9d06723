-- Bindings to a role that is not there, which whoever makes it arms, and bindings of nobody (system:node is one by design).
SELECT DISTINCT
  cluster_name, binding_kind, binding_namespace, binding_name, role_kind, role_name,
  CASE WHEN role_found = 'no' THEN 'no such role' ELSE 'no subject' END AS problem
FROM bindings
WHERE role_found = 'no' OR (subject_kind = '' AND binding_name <> 'system:node')
ORDER BY cluster_name, binding_kind, binding_namespace, binding_name;
