-- Which auctions are hot? A million events of the Nexmark auction house,
-- windows of ten seconds that move by two.
--
--   cargo run --release -- run sql/auctions.sql --until-idle

CREATE SOURCE bid WITH (
  connector = 'nexmark',
  nexmark.table.type = 'Bid',
  nexmark.event.num = '1000000'
);

-- Bids per auction and window.
CREATE MATERIALIZED VIEW bids_per_window AS
SELECT auction, window_start, count(*) AS bids, max(price) AS highest
FROM HOP(bid, date_time, INTERVAL '2' SECOND, INTERVAL '10' SECOND)
GROUP BY auction, window_start;

-- The last query is the one whose changes are printed.
SELECT window_start, max(bids) AS most_bids, max(highest) AS highest
FROM bids_per_window
GROUP BY window_start;
