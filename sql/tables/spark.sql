-- A table over files, by Spark; name your folder.
CREATE TABLE access_rows (
  record STRING,
  cluster_name STRING,
  taken_at STRING,
  taken_day INTEGER,
  rows_version INTEGER,
  server STRING,
  kubernetes_version STRING,
  snapshot_hash STRING,
  complete BOOLEAN,
  gap_what STRING,
  gap_namespace STRING,
  gap_reason STRING,
  role_kind STRING,
  role_namespace STRING,
  role_name STRING,
  role_found STRING,
  verb STRING,
  api_group STRING,
  resource_type STRING,
  any_parent STRING,
  resource_name STRING,
  url STRING,
  binding_kind STRING,
  binding_namespace STRING,
  binding_name STRING,
  subject_kind STRING,
  subject_namespace STRING,
  subject_name STRING
)
USING json
LOCATION 's3a://bucket/snapshots/';
