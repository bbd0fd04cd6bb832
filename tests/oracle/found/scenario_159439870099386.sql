-- scenario 159439870099386, 3 workers
-- view v1: SELECT 1 AS a0 FROM (SELECT l.k0 AS l_k0, l.k1 AS l_k1, l.k2 AS l_k2, r.c0 AS r_c0, r.c1 AS r_c1 FROM v0 AS l LEFT JOIN t1 AS r ON l.k2 >= r.c1) AS o
-- the view cannot be read: [XX000] called `Option::unwrap()` on a `None` value
-- HINT: This is a bug in Millstream; please report it with the statement that led to it.
-- after: INSERT INTO t1 (c0, c1) VALUES (TRUE, 'x y')
CREATE TABLE t0 (c2 DOUBLE PRECISION, c3 VARCHAR NOT NULL) APPEND ONLY;
CREATE TABLE t1 (c0 BOOLEAN NOT NULL, c1 VARCHAR) APPEND ONLY;
INSERT INTO t0 (c2, c3) VALUES (NULL, 'x y');
CREATE MATERIALIZED VIEW v0 AS SELECT c2 AS k0, c3 AS k1, c3 AS k2 FROM t0 AS o;
CREATE MATERIALIZED VIEW v1 AS SELECT 1 AS a0 FROM (SELECT l.k0 AS l_k0, l.k1 AS l_k1, l.k2 AS l_k2, r.c0 AS r_c0, r.c1 AS r_c1 FROM v0 AS l LEFT JOIN t1 AS r ON l.k2 >= r.c1) AS o;
INSERT INTO t1 (c0, c1) VALUES (TRUE, 'x y');
