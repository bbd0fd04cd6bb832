CREATE TABLE orders (id bigint PRIMARY KEY, customer varchar NOT NULL, amount numeric(10,2) DEFAULT 0, at timestamp, paid boolean, tags integer[]);
CREATE TABLE events (a integer, b double precision, c date, d varchar, e timestamp with time zone, f smallint, g real, h bytea, i interval, j time);
CREATE VIEW paid_orders AS SELECT id, amount FROM orders WHERE paid;
CREATE MATERIALIZED VIEW per_customer AS SELECT customer, count(*) AS n, max(id) AS latest FROM orders GROUP BY customer;
CREATE FUNCTION net_of(gross numeric, rate numeric) RETURNS numeric LANGUAGE sql AS 'select gross / (1 + rate)';
