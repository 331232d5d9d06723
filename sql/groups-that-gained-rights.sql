-- What groups may do that they could not do a week before, per cluster and namespace ('' is everywhere). A role that was
-- renamed, split or narrowed is no gain: what a wider rule of before takes in is left out. A cluster without a snapshot
-- that is a week older is left out too. Of URL patterns only equal ones and "*" are compared.
WITH moments AS (
  SELECT cluster_name, taken_at, 'after' AS side FROM latest_snapshots
  WHERE cluster_name IN (SELECT cluster_name FROM week_old_snapshots)
  UNION ALL
  SELECT cluster_name, taken_at, 'before' AS side FROM week_old_snapshots
),
held AS (
  SELECT DISTINCT
    m.side, b.cluster_name, b.subject_name AS group_name, b.binding_namespace AS in_namespace,
    r.verb, r.api_group, r.resource_type, r.any_parent, r.resource_name, r.url
  FROM moments m
  JOIN access_rows b ON b.cluster_name = m.cluster_name AND b.taken_at = m.taken_at
  JOIN access_rows r
    ON r.cluster_name = b.cluster_name
    AND r.taken_at = b.taken_at
    AND r.role_kind = b.role_kind
    AND r.role_namespace = b.role_namespace
    AND r.role_name = b.role_name
  WHERE b.record = 'binding'
    AND r.record = 'rule'
    AND b.subject_kind = 'Group'
    AND b.subject_name <> 'system:masters'
    AND (r.url = '' OR b.binding_namespace = '')
),
fresh AS (
  SELECT cluster_name, group_name, in_namespace, verb, api_group, resource_type, any_parent, resource_name, url
  FROM held WHERE side = 'after'
  EXCEPT
  SELECT cluster_name, group_name, in_namespace, verb, api_group, resource_type, any_parent, resource_name, url
  FROM held WHERE side = 'before'
),
covered AS (
  SELECT DISTINCT f.cluster_name, f.group_name, f.in_namespace, f.verb, f.api_group, f.resource_type, f.resource_name, f.url
  FROM fresh f
  JOIN held o ON o.cluster_name = f.cluster_name AND o.group_name = f.group_name
  WHERE o.side = 'before'
    AND o.in_namespace IN ('', f.in_namespace)
    AND o.verb IN ('*', f.verb)
    AND (
      (f.url <> '' AND o.url IN ('*', f.url))
      OR (
        f.url = ''
        AND o.url = ''
        AND o.api_group IN ('*', f.api_group)
        AND (o.resource_type IN ('*', f.resource_type) OR (f.any_parent <> '' AND o.resource_type = f.any_parent))
        AND o.resource_name IN ('', f.resource_name)
      )
    )
)
SELECT f.cluster_name, f.group_name, f.in_namespace, f.verb, f.api_group, f.resource_type, f.resource_name, f.url
FROM fresh f
LEFT JOIN covered c
  ON c.cluster_name = f.cluster_name
  AND c.group_name = f.group_name
  AND c.in_namespace = f.in_namespace
  AND c.verb = f.verb
  AND c.api_group = f.api_group
  AND c.resource_type = f.resource_type
  AND c.resource_name = f.resource_name
  AND c.url = f.url
WHERE c.cluster_name IS NULL
ORDER BY cluster_name, group_name, in_namespace, api_group, resource_type, resource_name, url, verb;
