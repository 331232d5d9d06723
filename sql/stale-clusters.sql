-- Clusters whose latest snapshot is more than a day older than the newest of all: their export no longer runs.
SELECT s.cluster_name, s.taken_at, newest.taken_day - s.taken_day AS days_behind
FROM latest_snapshots s
CROSS JOIN (SELECT MAX(taken_day) AS taken_day FROM latest_snapshots) newest
WHERE newest.taken_day - s.taken_day > 1
ORDER BY days_behind DESC, cluster_name;
