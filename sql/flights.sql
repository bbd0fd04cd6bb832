-- Every flight that left New York in 2013, as a stream: 336,776 departures,
-- each reported when the aircraft lands, so that they arrive out of order.
--
--   python3 tests/flights/fetch.py        gets the data into .cache/flights
--   cargo run --release -- --in-memory    in the same folder
--   psql -h 127.0.0.1 -p 4566 -U root dev -f sql/flights.sql

-- The stream from a file. What left more than three hours before the newest
-- departure seen so far comes too late: mostly flights to the west coast and Hawaii.
CREATE SOURCE landings (
  departed TIMESTAMP,
  landed TIMESTAMP,
  carrier VARCHAR,
  flight INT,
  tailnum VARCHAR,
  origin VARCHAR,
  dest VARCHAR,
  dep_delay INT,
  arr_delay INT,
  air_time INT,
  distance INT,
  cancelled BOOLEAN,
  WATERMARK FOR departed AS departed - INTERVAL '3' HOUR
) WITH (connector = 'file', path = '.cache/flights/flights.csv')
FORMAT PLAIN ENCODE CSV;

-- Departures and mean delay per airport and hour.
CREATE MATERIALIZED VIEW landings_per_hour AS
SELECT origin, window_start, count(*) AS flights, count(dep_delay) AS flown,
       avg(dep_delay::DOUBLE PRECISION) AS mean_delay, max(dep_delay) AS worst_delay
FROM TUMBLE(landings, departed, INTERVAL '1' HOUR)
GROUP BY origin, window_start;

-- The same, each hour once, when nothing can change it any more.
CREATE MATERIALIZED VIEW landings_per_hour_final AS
SELECT origin, window_start, window_end, count(*) AS flights, count(dep_delay) AS flown,
       avg(dep_delay::DOUBLE PRECISION) AS mean_delay
FROM TUMBLE(landings, departed, INTERVAL '1' HOUR)
GROUP BY origin, window_start, window_end
EMIT ON WINDOW CLOSE;

-- What each carrier had in the last three hours, every half hour.
CREATE MATERIALIZED VIEW landings_by_carrier AS
SELECT carrier, window_start, count(*) AS flights, sum(distance) AS miles,
       count(DISTINCT dest) AS destinations, bool_or(cancelled) AS any_cancelled
FROM HOP(landings, departed, INTERVAL '30' MINUTE, INTERVAL '3' HOUR)
GROUP BY carrier, window_start;

-- Days that begin at four in the morning.
CREATE MATERIALIZED VIEW landings_per_day AS
SELECT window_start, count(*) AS flights, count(*) FILTER (WHERE cancelled) AS cancelled
FROM TUMBLE(landings, departed, INTERVAL '1' DAY, INTERVAL '4' HOUR)
GROUP BY window_start;

-- A view on a view: its input changes with every flight.
CREATE MATERIALIZED VIEW landings_busiest_hour AS
SELECT origin, max(flights) AS most, min(worst_delay) AS calmest, count(*) AS hours
FROM landings_per_hour
GROUP BY origin;

-- The same stream into a table, by COPY. In psql:
--   \copy reports FROM '.cache/flights/flights.csv' WITH (FORMAT csv, HEADER)
-- Each COPY is one epoch: rows of one COPY are never late because of each other.
CREATE TABLE reports (
  departed TIMESTAMP,
  landed TIMESTAMP,
  carrier VARCHAR,
  flight INT,
  tailnum VARCHAR,
  origin VARCHAR,
  dest VARCHAR,
  dep_delay INT,
  arr_delay INT,
  air_time INT,
  distance INT,
  cancelled BOOLEAN,
  WATERMARK FOR departed AS departed - INTERVAL '3' HOUR
) APPEND ONLY;

CREATE MATERIALIZED VIEW reports_per_hour AS
SELECT origin, window_start, count(*) AS flights, count(dep_delay) AS flown,
       avg(dep_delay::DOUBLE PRECISION) AS mean_delay, max(dep_delay) AS worst_delay
FROM TUMBLE(reports, departed, INTERVAL '1' HOUR)
GROUP BY origin, window_start;

CREATE MATERIALIZED VIEW reports_per_hour_final AS
SELECT origin, window_start, window_end, count(*) AS flights, count(dep_delay) AS flown,
       avg(dep_delay::DOUBLE PRECISION) AS mean_delay
FROM TUMBLE(reports, departed, INTERVAL '1' HOUR)
GROUP BY origin, window_start, window_end
EMIT ON WINDOW CLOSE;

CREATE MATERIALIZED VIEW reports_by_carrier AS
SELECT carrier, window_start, count(*) AS flights, sum(distance) AS miles,
       count(DISTINCT dest) AS destinations, bool_or(cancelled) AS any_cancelled
FROM HOP(reports, departed, INTERVAL '30' MINUTE, INTERVAL '3' HOUR)
GROUP BY carrier, window_start;

CREATE MATERIALIZED VIEW reports_per_day AS
SELECT window_start, count(*) AS flights, count(*) FILTER (WHERE cancelled) AS cancelled
FROM TUMBLE(reports, departed, INTERVAL '1' DAY, INTERVAL '4' HOUR)
GROUP BY window_start;

CREATE MATERIALIZED VIEW reports_busiest_hour AS
SELECT origin, max(flights) AS most, min(worst_delay) AS calmest, count(*) AS hours
FROM reports_per_hour
GROUP BY origin;

-- To look at:
SELECT * FROM landings_per_hour ORDER BY mean_delay DESC NULLS LAST LIMIT 5;
SELECT dest, count(*) AS late FROM late_events('landings') GROUP BY dest ORDER BY late DESC LIMIT 5;
