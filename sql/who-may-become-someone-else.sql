-- Who may act as somebody else: by impersonation, the constrained one of Kubernetes 1.36 too, or by making tokens of
-- service accounts. Users and groups have no namespace, so a RoleBinding gives only service accounts. Whoever may run or
-- enter pods may use their accounts besides: that is not asked here.
SELECT DISTINCT
  cluster_name, subject_kind, subject_namespace, subject_name,
  binding_namespace AS in_namespace, verb, resource_type, resource_name, binding_kind, binding_name, role_kind, role_name
FROM granted_rules
WHERE
  (
    verb IN ('impersonate', '*')
    AND api_group IN ('', '*')
    AND (resource_type IN ('serviceaccounts', '*') OR (resource_type IN ('users', 'groups') AND binding_namespace = ''))
  )
  OR (
    verb LIKE 'impersonate:%'
    AND api_group IN ('authentication.k8s.io', '*')
  )
  OR (
    verb IN ('create', '*')
    AND api_group IN ('', '*')
    AND resource_type IN ('serviceaccounts/token', '*/token', '*')
  )
ORDER BY cluster_name, subject_kind, subject_namespace, subject_name, in_namespace, verb, resource_type, resource_name, binding_name, role_name;
