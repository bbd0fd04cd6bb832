-- scenario 201534916977367, 1 workers
-- view v4: SELECT * FROM (SELECT * FROM (SELECT * FROM t0 WHERE (c1 > c1)) AS i WHERE (abs(c0) > 1) IS NOT TRUE) AS o WHERE CAST(c0 AS INT) * 2000000000 > 3
--   [["1"]] rows in view_errors, [["0"]] rows fail as batch
-- after: INSERT INTO t0 (c0, c1) VALUES (-7, NULL)
CREATE TABLE t0 (c0 INT, c1 DATE);
CREATE MATERIALIZED VIEW v4 AS SELECT * FROM (SELECT * FROM t0 WHERE (c1 > c1)) AS o WHERE CAST(c0 AS INT) * 2000000000 > 3 /* batch: SELECT * FROM (SELECT * FROM (SELECT * FROM t0 WHERE (c1 > c1)) AS i WHERE (abs(c0) > 1) IS NOT TRUE) AS o WHERE CAST(c0 AS INT) * 2000000000 > 3 */ /* errors: SELECT count(*) AS n FROM (SELECT * FROM t0 WHERE (c1 > c1)) AS i WHERE abs(c0) > 1 */;
INSERT INTO t0 (c0, c1) VALUES (-7, NULL);
