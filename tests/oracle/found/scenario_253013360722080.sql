-- scenario 253013360722080, 3 workers
-- as batch the query runs, as a view it fails: [XX000] called `Option::unwrap()` on a `None` value
-- HINT: This is a bug in Millstream; please report it with the statement that led to it.
-- statement: CREATE MATERIALIZED VIEW v2 AS SELECT avg(1) AS a1 FROM (SELECT l_c2 AS k3 FROM (SELECT l.c0 AS l_c0, l.c1 AS l_c1, l.c2 AS l_c2, l.c3 AS l_c3, r.c0 AS r_c0, r.c1 AS r_c1, r.c2 AS r_c2 FROM t1 AS l LEFT JOIN t2 AS r ON l.c3 < r.c2) AS o) AS o
CREATE TABLE t1 (c0 DATE, c1 NUMERIC(12,2) NOT NULL, c2 VARCHAR, c3 TIMESTAMP NOT NULL);
CREATE TABLE t2 (c0 TIMESTAMP, c1 INT, c2 TIMESTAMP);
INSERT INTO t1 (c0, c1, c2, c3) VALUES (DATE '2024-01-08', -3.92, 'a', TIMESTAMP '2024-03-03 14:02:00');
INSERT INTO t2 (c0, c1, c2) VALUES (TIMESTAMP '2024-03-04 06:48:00', NULL, TIMESTAMP '2024-03-03 01:28:00');
CREATE MATERIALIZED VIEW v2 AS SELECT avg(1) AS a1 FROM (SELECT l_c2 AS k3 FROM (SELECT l.c0 AS l_c0, l.c1 AS l_c1, l.c2 AS l_c2, l.c3 AS l_c3, r.c0 AS r_c0, r.c1 AS r_c1, r.c2 AS r_c2 FROM t1 AS l LEFT JOIN t2 AS r ON l.c3 < r.c2) AS o) AS o;
