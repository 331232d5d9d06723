-- Who can read secrets anywhere: get, list and watch each show what is in them. Namespace '' is every namespace, name '' every secret.
SELECT DISTINCT
  b.cluster_name, b.subject_kind, b.subject_namespace, b.subject_name,
  b.binding_namespace AS in_namespace, r.resource_name AS secret_name, b.binding_kind, b.binding_name, b.role_kind, b.role_name
FROM bindings b
JOIN rules r
  ON b.cluster_name = r.cluster_name
  AND b.role_kind = r.role_kind
  AND b.role_namespace = r.role_namespace
  AND b.role_name = r.role_name
WHERE b.subject_kind <> ''
  AND r.verb IN ('get', 'list', 'watch', '*')
  AND r.api_group IN ('', '*')
  AND r.resource_type IN ('secrets', '*')
ORDER BY cluster_name, subject_kind, subject_namespace, subject_name, in_namespace, secret_name, binding_name, role_name;
