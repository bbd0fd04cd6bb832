-- The ten highest bids of each auction; of equal ones the earlier.
SELECT *
FROM (
  SELECT auction, bidder, price, channel, url, date_time, extra,
    row_number() OVER (PARTITION BY auction ORDER BY price DESC, date_time) AS place
  FROM bid
) ranked
WHERE place <= 10;
