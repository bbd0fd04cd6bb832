-- The streams and views of `millstream playground`.

-- An auction site: people register, open auctions, and bid. A new event every
-- millisecond, with event times of its own.
CREATE SOURCE person WITH (connector = 'nexmark', nexmark.table.type = 'Person', nexmark.min.event.gap.in.ns = '1000000');
CREATE SOURCE auction WITH (connector = 'nexmark', nexmark.table.type = 'Auction', nexmark.min.event.gap.in.ns = '1000000');
CREATE SOURCE bid (
  auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, date_time TIMESTAMP, extra VARCHAR,
  WATERMARK FOR date_time AS date_time - INTERVAL '1' SECOND
) WITH (connector = 'nexmark', nexmark.table.type = 'Bid', nexmark.min.event.gap.in.ns = '1000000');

-- Bids per channel in windows of one second.
CREATE MATERIALIZED VIEW bids_per_channel AS
SELECT window_start, split_part(channel, '-', 1) AS channel, count(*) AS bids, max(price) AS highest
FROM TUMBLE(bid, date_time, INTERVAL '1' SECOND)
GROUP BY window_start, split_part(channel, '-', 1);

-- The same, but each window is told once, when it is closed.
CREATE MATERIALIZED VIEW closed_windows AS
SELECT window_start, window_end, count(*) AS bids, avg(price) AS mean_price
FROM TUMBLE(bid, date_time, INTERVAL '1' SECOND)
GROUP BY window_start, window_end
EMIT ON WINDOW CLOSE;

-- What auctions of each category start at.
CREATE MATERIALIZED VIEW category_prices AS
SELECT category, count(*) AS auctions, min(initial_bid) AS lowest, max(initial_bid) AS highest
FROM auction GROUP BY category;
