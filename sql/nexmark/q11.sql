-- Bids of each bidder per session: a pause of 10 seconds ends it.
SELECT bidder, count(*) AS bid_count, window_start, window_end
FROM SESSION(bid, date_time, INTERVAL '10' SECOND, PARTITION BY bidder)
GROUP BY bidder, window_start, window_end;
