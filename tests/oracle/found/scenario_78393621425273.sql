-- scenario 78393621425273, 3 workers
-- view v2: SELECT * FROM (SELECT window_end AS k0 FROM HOP(t1, ts, INTERVAL '2' HOUR, INTERVAL '6' HOUR) GROUP BY window_end) AS w WHERE k0 <= (SELECT max(ts) - INTERVAL '12 hours' FROM t1)
--   0 rows in the view, 1 as batch
--   only in the view:
-- 
--   only as batch:
--     2024-03-03T12:00:00
-- after: CREATE MATERIALIZED VIEW v2 AS SELECT window_end AS k0 FROM HOP(t1, ts, INTERVAL '2' HOUR, INTERVAL '6' HOUR) GROUP BY window_end EMIT ON WINDOW CLOSE /* batch: SELECT * FROM (SELECT window_end AS k0 FROM HOP(t1, ts, INTERVAL '2' HOUR, INTERVAL '6' HOUR) GROUP BY window_end) AS w WHERE k0 <= (SELECT max(ts) - INTERVAL '12 hours' FROM t1) */
CREATE TABLE t1 (ts TIMESTAMP, WATERMARK FOR ts AS ts - INTERVAL '12 hours') APPEND ONLY;
INSERT INTO t1 (ts) VALUES (TIMESTAMP '2024-03-03 11:38:00'), (TIMESTAMP '2024-03-04 01:52:59');
INSERT INTO t1 (ts) VALUES (TIMESTAMP '2024-03-02 19:07:00');
CREATE MATERIALIZED VIEW v2 AS SELECT window_end AS k0 FROM HOP(t1, ts, INTERVAL '2' HOUR, INTERVAL '6' HOUR) GROUP BY window_end EMIT ON WINDOW CLOSE /* batch: SELECT * FROM (SELECT window_end AS k0 FROM HOP(t1, ts, INTERVAL '2' HOUR, INTERVAL '6' HOUR) GROUP BY window_end) AS w WHERE k0 <= (SELECT max(ts) - INTERVAL '12 hours' FROM t1) */;
