-- Pass through: what the engine costs by itself.
SELECT auction, bidder, price, date_time FROM bid;
