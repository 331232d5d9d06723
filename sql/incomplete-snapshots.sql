-- What the latest snapshots do not hold: of these clusters every answer is "at least".
SELECT g.cluster_name, g.taken_at, g.gap_what, g.gap_namespace, g.gap_reason
FROM access_rows g
JOIN latest_snapshots s ON g.cluster_name = s.cluster_name AND g.taken_at = s.taken_at
WHERE g.record = 'gap'
ORDER BY cluster_name, gap_what, gap_namespace;
