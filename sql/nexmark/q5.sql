-- Hot items: the auctions with the most bids of the last 10 seconds, every 2 seconds.
SELECT counted.auction, counted.num, counted.window_start
FROM (
  SELECT auction, count(*) AS num, window_start
  FROM HOP(bid, date_time, INTERVAL '2' SECOND, INTERVAL '10' SECOND)
  GROUP BY auction, window_start
) counted
JOIN (
  SELECT max(num) AS most, window_start
  FROM (
    SELECT count(*) AS num, window_start
    FROM HOP(bid, date_time, INTERVAL '2' SECOND, INTERVAL '10' SECOND)
    GROUP BY auction, window_start
  ) again
  GROUP BY window_start
) highest
ON counted.window_start = highest.window_start AND counted.num >= highest.most;
