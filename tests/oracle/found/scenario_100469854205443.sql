-- scenario 100469854205443, 3 workers
-- view v3: SELECT * FROM (SELECT window_end AS k0 FROM TUMBLE(t0, ts, INTERVAL '1' HOUR) GROUP BY window_end) AS w WHERE k0 <= (SELECT max(ts) - INTERVAL '1 day' FROM t0)
--   0 rows in the view, 1 as batch
--   only in the view:
-- 
--   only as batch:
--     2024-03-02T05:00:00
-- after: CREATE MATERIALIZED VIEW v3 AS SELECT window_end AS k0 FROM TUMBLE(t0, ts, INTERVAL '1' HOUR) GROUP BY window_end EMIT ON WINDOW CLOSE /* batch: SELECT * FROM (SELECT window_end AS k0 FROM TUMBLE(t0, ts, INTERVAL '1' HOUR) GROUP BY window_end) AS w WHERE k0 <= (SELECT max(ts) - INTERVAL '1 day' FROM t0) */
CREATE TABLE t0 (ts TIMESTAMP, WATERMARK FOR ts AS ts - INTERVAL '1 day') APPEND ONLY;
INSERT INTO t0 (ts) VALUES (TIMESTAMP '2024-03-03 05:25:00'), (TIMESTAMP '2024-03-02 04:19:00');
INSERT INTO t0 (ts) VALUES (TIMESTAMP '2024-03-02 11:10:00');
CREATE MATERIALIZED VIEW v3 AS SELECT window_end AS k0 FROM TUMBLE(t0, ts, INTERVAL '1' HOUR) GROUP BY window_end EMIT ON WINDOW CLOSE /* batch: SELECT * FROM (SELECT window_end AS k0 FROM TUMBLE(t0, ts, INTERVAL '1' HOUR) GROUP BY window_end) AS w WHERE k0 <= (SELECT max(ts) - INTERVAL '1 day' FROM t0) */;
