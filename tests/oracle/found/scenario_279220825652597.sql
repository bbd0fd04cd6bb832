-- scenario 279220825652597, 3 workers
-- as batch the query runs, as a view it fails: [XX000] called `Option::unwrap()` on a `None` value
-- HINT: This is a bug in Millstream; please report it with the statement that led to it.
-- statement: CREATE MATERIALIZED VIEW v1 AS SELECT -3 AS a1 FROM t1 AS o WHERE (o.c0 NOT IN (SELECT x.k1 FROM v0 AS x WHERE (x.k1 = o.c0)))
CREATE TABLE t1 (c0 NUMERIC(12,2), c1 TIMESTAMP, c2 DOUBLE PRECISION, c3 DOUBLE PRECISION NOT NULL, c4 BOOLEAN);
INSERT INTO t1 (c0, c1, c2, c3, c4) VALUES (0.55, TIMESTAMP '2024-03-04 04:20:30', -4.75, 2.0, NULL);
CREATE MATERIALIZED VIEW v0 AS SELECT r_c0 AS k1 FROM (SELECT l.c0 AS l_c0, l.c1 AS l_c1, l.c2 AS l_c2, l.c3 AS l_c3, l.c4 AS l_c4, r.c0 AS r_c0, r.c1 AS r_c1, r.c2 AS r_c2, r.c3 AS r_c3, r.c4 AS r_c4 FROM t1 AS l JOIN t1 AS r ON l.c0 IS NOT DISTINCT FROM r.c0) AS o GROUP BY r_c0;
CREATE MATERIALIZED VIEW v1 AS SELECT -3 AS a1 FROM t1 AS o WHERE (o.c0 NOT IN (SELECT x.k1 FROM v0 AS x WHERE (x.k1 = o.c0)));
