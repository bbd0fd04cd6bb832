-- The side table of q13.
CREATE TABLE side_input (key BIGINT PRIMARY KEY, value VARCHAR);
INSERT INTO side_input SELECT n, 'value ' || n FROM generate_series(0, 9999) AS series (n);
