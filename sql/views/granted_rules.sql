-- A row a subject of a binding and a rule of its role, of the latest snapshots: what stands in queries about access.
CREATE VIEW granted_rules AS
SELECT
  b.cluster_name, b.binding_kind, b.binding_namespace, b.binding_name,
  b.role_kind, b.role_namespace, b.role_name, b.subject_kind, b.subject_namespace, b.subject_name,
  r.verb, r.api_group, r.resource_type, r.any_parent, r.resource_name, r.url
FROM bindings b
JOIN rules r
  ON b.cluster_name = r.cluster_name
  AND b.role_kind = r.role_kind
  AND b.role_namespace = r.role_namespace
  AND b.role_name = r.role_name
WHERE b.subject_kind <> '';
