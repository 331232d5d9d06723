-- The newest snapshot of each cluster that is at least a week older than its latest one.
CREATE VIEW week_old_snapshots AS
SELECT old.cluster_name, MAX(old.taken_at) AS taken_at
FROM access_rows old
JOIN latest_snapshots newest ON old.cluster_name = newest.cluster_name
WHERE old.record = 'snapshot' AND old.taken_day <= newest.taken_day - 7
GROUP BY old.cluster_name;
