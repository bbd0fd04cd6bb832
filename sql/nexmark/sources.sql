-- The three streams of Nexmark, of :events events in all.
CREATE SOURCE person WITH (connector = 'nexmark', nexmark.table.type = 'Person', nexmark.min.event.gap.in.ns = '0', nexmark.event.num = ':events', nexmark.split.num = ':splits');
CREATE SOURCE auction WITH (connector = 'nexmark', nexmark.table.type = 'Auction', nexmark.min.event.gap.in.ns = '0', nexmark.event.num = ':events', nexmark.split.num = ':splits');
CREATE SOURCE bid (
  auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, date_time TIMESTAMP, extra VARCHAR,
  p_time TIMESTAMPTZ AS PROCTIME()
) WITH (connector = 'nexmark', nexmark.table.type = 'Bid', nexmark.min.event.gap.in.ns = '0', nexmark.event.num = ':events', nexmark.split.num = ':splits');
