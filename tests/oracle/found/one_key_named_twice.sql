-- scenario 40975783357225, 1 workers
-- as batch the query runs, as a view it fails: [42701] column "k0" specified more than once
-- statement: CREATE MATERIALIZED VIEW v3 AS SELECT k0 AS k0, k0 AS k1, avg((- (- g))) AS a0 FROM (SELECT l.*, g.g AS g FROM v2 AS l, unnest(ARRAY[1, 1]) AS g(g)) AS o GROUP BY 1, 2 HAVING (avg(g) <> 2)
-- after: CREATE MATERIALIZED VIEW v3 AS SELECT k0 AS k0, k0 AS k1, avg((- (- g))) AS a0 FROM (SELECT l.*, g.g AS g FROM v2 AS l, unnest(ARRAY[1, 1]) AS g(g)) AS o GROUP BY 1, 2 HAVING (avg(g) <> 2)
CREATE TABLE t0 (c0 INT[]) APPEND ONLY;
CREATE MATERIALIZED VIEW v2 AS SELECT k1 AS k0 FROM (SELECT c0 AS k1 FROM (SELECT l.*, g.g AS g FROM t0 AS l, generate_series(0, greatest(least(6, 6), -2), 2) AS g(g)) AS o GROUP BY 1) AS o;
CREATE MATERIALIZED VIEW v3 AS SELECT k0 AS k0, k0 AS k1, avg((- (- g))) AS a0 FROM (SELECT l.*, g.g AS g FROM v2 AS l, unnest(ARRAY[1, 1]) AS g(g)) AS o GROUP BY 1, 2 HAVING (avg(g) <> 2);
