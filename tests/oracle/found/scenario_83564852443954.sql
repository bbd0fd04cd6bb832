-- scenario 83564852443954, 3 workers
-- as batch the query runs, as a view it fails: [XX000] called `Option::unwrap()` on a `None` value
-- HINT: This is a bug in Millstream; please report it with the statement that led to it.
-- statement: CREATE MATERIALIZED VIEW v1 AS SELECT 1 AS a1 FROM (SELECT CAST(CAST(CAST(CAST(r_c0 AS TIMESTAMP) AS DATE) AS TIMESTAMP) AS DATE) AS k2 FROM (SELECT l.c0 AS l_c0, l.c1 AS l_c1, r.c0 AS r_c0, r.c1 AS r_c1 FROM t0 AS l JOIN t0 AS r ON l.c1 = r.c1 AND (r.c0 <> l.c0)) AS o) AS o
CREATE TABLE t0 (c0 DATE, c1 DOUBLE PRECISION) APPEND ONLY;
INSERT INTO t0 (c0, c1) VALUES (DATE '2024-03-24', 4.5);
CREATE MATERIALIZED VIEW v1 AS SELECT 1 AS a1 FROM (SELECT CAST(CAST(CAST(CAST(r_c0 AS TIMESTAMP) AS DATE) AS TIMESTAMP) AS DATE) AS k2 FROM (SELECT l.c0 AS l_c0, l.c1 AS l_c1, r.c0 AS r_c0, r.c1 AS r_c1 FROM t0 AS l JOIN t0 AS r ON l.c1 = r.c1 AND (r.c0 <> l.c0)) AS o) AS o;
