CREATE TABLE samples (
  id int PRIMARY KEY, b boolean, s smallint, i int, big bigint, r real, d double precision, n numeric(12,3),
  t text, u varchar, y bytea, day date, clock time, ts timestamp, tz timestamptz, gap interval, ints int[], texts text[]
);
INSERT INTO samples VALUES
  (1, true, 7, 42, 9000000000, 1.5, 2.5, 12.345, 'Hello World', 'a,b,c', '\x00ff10', '2024-02-29', '04:05:06.789', '2024-02-29 13:14:15.678901', '2024-02-29 13:14:15+00', '1 day 02:03:04', '{1,2,3}', '{a,b,NULL}'),
  (2, false, -7, -42, -1, -0.25, -2.5, -0.005, 'straße ÄÖÜ', 'x', '\x', '1999-12-31', '23:59:59', '1999-12-31 23:59:59.999999', '2000-01-01 00:00:00+00', '-1 mons +2 days -03:00:00', '{}', '{}'),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (4, true, 0, 0, 0, 0, 0, 0, '', '', 'abc', '1970-01-01', '00:00:00', '1970-01-01 00:00:00', '1970-01-01 00:00:00+00', '0', '{5}', '{"x y",""}'),
  (5, false, 3, 3, 1234567890123, 1e10, 1e-7, 999999999.999, '  padded  ', 'key=value;k2=v2', '\xdeadbeef', '2100-07-04', '12:00:00', '2100-07-04 12:00:00', '2038-01-19 03:14:07+00', '1 year 2 mons 3 days 04:05:06.5', '{3,NULL,1}', '{p,q,p}');
