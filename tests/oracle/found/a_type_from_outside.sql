-- scenario 256390487242051, 1 workers
-- as batch the query runs, as a view it fails: [22000] Invalid comparison operation: Int32 == Int64
-- statement: CREATE MATERIALIZED VIEW v1 AS SELECT k2 AS k2 FROM (SELECT CASE WHEN (a1 <> -5) THEN a2 ELSE a1 END AS k0, 1 AS k2 FROM v0 AS o WHERE (a0 = -1)) AS o WHERE (o.k0 >= (SELECT max(x.a0) FROM v0 AS x WHERE (-6 = o.k0)))
-- after: CREATE MATERIALIZED VIEW v1 AS SELECT k2 AS k2 FROM (SELECT CASE WHEN (a1 <> -5) THEN a2 ELSE a1 END AS k0, 1 AS k2 FROM v0 AS o WHERE (a0 = -1)) AS o WHERE (o.k0 >= (SELECT max(x.a0) FROM v0 AS x WHERE (-6 = o.k0)))
CREATE TABLE t0 (c2 UUID);
CREATE MATERIALIZED VIEW v0 AS SELECT sum(1) AS a0, count(DISTINCT c2) AS a1, 11 AS a2 FROM (SELECT * FROM t0 ORDER BY 1 FETCH FIRST 3 ROWS WITH TIES) AS o;
CREATE MATERIALIZED VIEW v1 AS SELECT k2 AS k2 FROM (SELECT CASE WHEN (a1 <> -5) THEN a2 ELSE a1 END AS k0, 1 AS k2 FROM v0 AS o WHERE (a0 = -1)) AS o WHERE (o.k0 >= (SELECT max(x.a0) FROM v0 AS x WHERE (-6 = o.k0)));
