-- A row a verb, resource or URL, and name of a role, of the latest snapshots.
CREATE VIEW rules AS
SELECT
  r.cluster_name, r.role_kind, r.role_namespace, r.role_name,
  r.verb, r.api_group, r.resource_type, r.any_parent, r.resource_name, r.url
FROM access_rows r
JOIN latest_snapshots s ON r.cluster_name = s.cluster_name AND r.taken_at = s.taken_at
WHERE r.record = 'rule';
