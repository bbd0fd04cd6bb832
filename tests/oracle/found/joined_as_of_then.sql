-- Each row meets what there was when it came: the model of the comparison, and the view.
CREATE TABLE t0 (a INT, b INT) APPEND ONLY;
CREATE TABLE t1 (a INT, c INT);
INSERT INTO t1 (a, c) VALUES (1, 10);
INSERT INTO t0 (a, b) VALUES (1, 1);
CREATE MATERIALIZED VIEW v0 AS SELECT l.a AS k0, l.b AS k1, r.c AS k2 FROM t0 AS l JOIN t1 FOR SYSTEM_TIME AS OF PROCTIME() AS r ON l.a = r.a /* batch: SELECT l.a AS k0, l.b AS k1, r.c AS k2 FROM t0 AS l JOIN t1 AS r ON l.a = r.a */ /* each: t0 SELECT l.a AS k0, l.b AS k1, r.c AS k2 FROM (SELECT CAST(a AS INT) AS a, CAST(b AS INT) AS b FROM (VALUES {rows}) AS x(a, b)) AS l JOIN t1 AS r ON l.a = r.a */;
UPDATE t1 SET c = 20 WHERE a = 1;
INSERT INTO t0 (a, b) VALUES (1, 2), (2, 3);
