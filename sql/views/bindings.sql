-- A row a subject of a binding, of the latest snapshots.
CREATE VIEW bindings AS
SELECT
  b.cluster_name, b.taken_at, b.binding_kind, b.binding_namespace, b.binding_name,
  b.role_kind, b.role_namespace, b.role_name, b.role_found,
  b.subject_kind, b.subject_namespace, b.subject_name
FROM access_rows b
JOIN latest_snapshots s ON b.cluster_name = s.cluster_name AND b.taken_at = s.taken_at
WHERE b.record = 'binding';
