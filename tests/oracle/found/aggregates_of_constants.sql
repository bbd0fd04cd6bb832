-- scenario 119897703864152, 1 workers
-- view v0: SELECT bool_or(TRUE) FILTER (WHERE TRUE) AS a2 FROM (SELECT count(*) AS a0 FROM t0 AS o WHERE (CAST('{"a": [0, null], "b": {"n": 0}}' AS JSONB) @> '{"n": 1}')) AS o HAVING (min(CAST(a0 AS VARCHAR)) IS NOT NULL)
-- the view can be read, its query fails as batch: the statement panics
-- after: CREATE MATERIALIZED VIEW v0 AS SELECT bool_or(TRUE) FILTER (WHERE TRUE) AS a2 FROM (SELECT count(*) AS a0 FROM t0 AS o WHERE (CAST('{"a": [0, null], "b": {"n": 0}}' AS JSONB) @> '{"n": 1}')) AS o HAVING (min(CAST(a0 AS VARCHAR)) IS NOT NULL)
CREATE TABLE t0 (id INT PRIMARY KEY) ON CONFLICT DO UPDATE FULL;
CREATE MATERIALIZED VIEW v0 AS SELECT bool_or(TRUE) FILTER (WHERE TRUE) AS a2 FROM (SELECT count(*) AS a0 FROM t0 AS o WHERE (CAST('{"a": [0, null], "b": {"n": 0}}' AS JSONB) @> '{"n": 1}')) AS o HAVING (min(CAST(a0 AS VARCHAR)) IS NOT NULL);
