-- Rows leave when the clock has passed them, though nothing comes.
CREATE TABLE t0 (a INT, due TIMESTAMPTZ);
INSERT INTO t0 (a, due) VALUES (1, TIMESTAMPTZ '{now+1500}'), (2, TIMESTAMPTZ '{now+90000}');
CREATE MATERIALIZED VIEW v0 AS SELECT a FROM t0 WHERE due > now();
CREATE MATERIALIZED VIEW v1 AS SELECT count(*) AS n FROM v0;
WAIT 2000;
INSERT INTO t0 (a, due) VALUES (3, TIMESTAMPTZ '{now+1000}');
