-- The newest snapshot of each cluster.
CREATE VIEW latest_snapshots AS
SELECT s.cluster_name, s.taken_at, s.taken_day, s.server, s.kubernetes_version, s.snapshot_hash, s.complete
FROM access_rows s
JOIN (
  SELECT cluster_name, MAX(taken_at) AS taken_at
  FROM access_rows
  WHERE record = 'snapshot'
  GROUP BY cluster_name
) newest ON s.cluster_name = newest.cluster_name AND s.taken_at = newest.taken_at
WHERE s.record = 'snapshot';
