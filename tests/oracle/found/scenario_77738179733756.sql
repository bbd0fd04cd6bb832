-- scenario 77738179733756, 3 workers
-- as batch the query runs, as a view it fails: [XX000] called `Option::unwrap()` on a `None` value
-- HINT: This is a bug in Millstream; please report it with the statement that led to it.
-- statement: CREATE MATERIALIZED VIEW v0 AS SELECT CAST(TIMESTAMP '2024-03-03 23:36:00' AS DATE) AS k1 FROM (SELECT l.id AS l_id, l.c0 AS l_c0, l.c1 AS l_c1, l.c2 AS l_c2, r.id AS r_id, r.c0 AS r_c0, r.c1 AS r_c1, r.c2 AS r_c2 FROM t0 AS l FULL JOIN t0 AS r ON CAST(2.98 AS NUMERIC(12,2)) = CAST(0.56 AS NUMERIC(12,2)) AND l.c0 = r.c0) AS o
CREATE TABLE t0 (id INT PRIMARY KEY, c0 DATE, c1 INT NOT NULL, c2 VARCHAR NOT NULL) ON CONFLICT DO UPDATE FULL;
INSERT INTO t0 (id, c0, c1, c2) VALUES (11, DATE '2024-01-25', 3, 'ab');
CREATE MATERIALIZED VIEW v0 AS SELECT CAST(TIMESTAMP '2024-03-03 23:36:00' AS DATE) AS k1 FROM (SELECT l.id AS l_id, l.c0 AS l_c0, l.c1 AS l_c1, l.c2 AS l_c2, r.id AS r_id, r.c0 AS r_c0, r.c1 AS r_c1, r.c2 AS r_c2 FROM t0 AS l FULL JOIN t0 AS r ON CAST(2.98 AS NUMERIC(12,2)) = CAST(0.56 AS NUMERIC(12,2)) AND l.c0 = r.c0) AS o;
