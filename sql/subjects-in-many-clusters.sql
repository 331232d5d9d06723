-- Groups and users that several clusters bind, those of Kubernetes itself aside: where one account's loss reaches furthest.
SELECT
  subject_kind, subject_name,
  COUNT(DISTINCT cluster_name) AS clusters,
  COUNT(*) AS bindings
FROM bindings
WHERE subject_kind IN ('Group', 'User')
  AND subject_name NOT LIKE 'system:%'
GROUP BY subject_kind, subject_name
HAVING COUNT(DISTINCT cluster_name) > 1
ORDER BY clusters DESC, bindings DESC, subject_kind, subject_name;
