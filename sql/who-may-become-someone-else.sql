-- Who may act as somebody else: by impersonation, the constrained one of Kubernetes 1.36 too, or by making tokens of
-- service accounts. Users and groups have no namespace, so a RoleBinding gives only service accounts. Whoever may run or
-- enter pods may use their accounts besides: that is not asked here.
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
  AND (
    (
      r.verb IN ('impersonate', '*')
      AND r.api_group IN ('', '*')
      AND (r.resource_type IN ('serviceaccounts', '*') OR (r.resource_type IN ('users', 'groups') AND b.binding_namespace = ''))
    )
    OR (
      r.verb LIKE 'impersonate:%'
      AND r.api_group IN ('authentication.k8s.io', '*')
    )
    OR (
      r.verb IN ('create', '*')
      AND r.api_group IN ('', '*')
      AND r.resource_type IN ('serviceaccounts/token', '*/token', '*')
    )
  )
ORDER BY cluster_name, subject_kind, subject_namespace, subject_name, in_namespace, verb, resource_type, resource_name, binding_name, role_name;
