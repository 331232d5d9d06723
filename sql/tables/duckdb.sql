-- Every line of every file is a row; what a record has no column for is null.
CREATE TABLE access_rows AS
SELECT *
FROM read_ndjson(
  'snapshots/*.ndjson*',
  columns = {
    record: 'VARCHAR', cluster_name: 'VARCHAR', taken_at: 'VARCHAR', taken_day: 'INTEGER',
    rows_version: 'INTEGER', server: 'VARCHAR', kubernetes_version: 'VARCHAR', snapshot_hash: 'VARCHAR', complete: 'BOOLEAN',
    gap_what: 'VARCHAR', gap_namespace: 'VARCHAR', gap_reason: 'VARCHAR',
    role_kind: 'VARCHAR', role_namespace: 'VARCHAR', role_name: 'VARCHAR', role_found: 'VARCHAR',
    verb: 'VARCHAR', api_group: 'VARCHAR', resource_type: 'VARCHAR', any_parent: 'VARCHAR', resource_name: 'VARCHAR', url: 'VARCHAR',
    binding_kind: 'VARCHAR', binding_namespace: 'VARCHAR', binding_name: 'VARCHAR',
    subject_kind: 'VARCHAR', subject_namespace: 'VARCHAR', subject_name: 'VARCHAR'
  }
);
