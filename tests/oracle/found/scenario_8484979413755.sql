-- scenario 8484979413755, 3 workers
-- as batch the query runs, as a view it fails: [XX000] called `Option::unwrap()` on a `None` value
-- HINT: This is a bug in Millstream; please report it with the statement that led to it.
-- statement: CREATE MATERIALIZED VIEW v0 AS SELECT array_agg(r_c0 ORDER BY r_c0) AS a1 FROM (SELECT l.id AS l_id, l.c0 AS l_c0, l.c1 AS l_c1, l.c2 AS l_c2, l.c3 AS l_c3, l.c4 AS l_c4, r.id AS r_id, r.c0 AS r_c0, r.c1 AS r_c1, r.c2 AS r_c2, r.c3 AS r_c3, r.c4 AS r_c4 FROM t0 AS l LEFT JOIN t0 AS r ON l.c0 < r.id) AS o
CREATE TABLE t0 (id INT PRIMARY KEY, c0 BIGINT, c1 DOUBLE PRECISION, c2 NUMERIC(12,2), c3 INT, c4 TIMESTAMP);
INSERT INTO t0 (id, c0, c1, c2, c3, c4) VALUES (30, 5, NULL, 2.70, -7, TIMESTAMP '2024-03-03 06:47:00');
CREATE MATERIALIZED VIEW v0 AS SELECT array_agg(r_c0 ORDER BY r_c0) AS a1 FROM (SELECT l.id AS l_id, l.c0 AS l_c0, l.c1 AS l_c1, l.c2 AS l_c2, l.c3 AS l_c3, l.c4 AS l_c4, r.id AS r_id, r.c0 AS r_c0, r.c1 AS r_c1, r.c2 AS r_c2, r.c3 AS r_c3, r.c4 AS r_c4 FROM t0 AS l LEFT JOIN t0 AS r ON l.c0 < r.id) AS o;
