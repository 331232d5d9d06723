-- Who can read secrets anywhere: get, list and watch each show what is in them. Namespace '' is every namespace, name '' every secret.
SELECT DISTINCT
  cluster_name, subject_kind, subject_namespace, subject_name,
  binding_namespace AS in_namespace, resource_name AS secret_name, binding_kind, binding_name, role_kind, role_name
FROM granted_rules
WHERE verb IN ('get', 'list', 'watch', '*')
  AND api_group IN ('', '*')
  AND resource_type IN ('secrets', '*')
ORDER BY cluster_name, subject_kind, subject_namespace, subject_name, in_namespace, secret_name, binding_name, role_name;
