-- psql 15: \dAo

SELECT
  am.amname AS "AM",
  CASE
    WHEN pg_catalog.pg_opfamily_is_visible(of.oid)
    THEN pg_catalog.format('%I', of.opfname)
    ELSE pg_catalog.format('%I.%I', nsf.nspname, of.opfname)
  END AS "Operator family",
  o.amopopr::pg_catalog.regoperator AS "Operator"
,  o.amopstrategy AS "Strategy",
  CASE o.amoppurpose
    WHEN 'o' THEN 'ordering'
    WHEN 's' THEN 'search'
  END AS "Purpose"
FROM pg_catalog.pg_amop o
  LEFT JOIN pg_catalog.pg_opfamily of ON of.oid = o.amopfamily
  LEFT JOIN pg_catalog.pg_am am ON am.oid = of.opfmethod AND am.oid = o.amopmethod
  LEFT JOIN pg_catalog.pg_namespace nsf ON of.opfnamespace = nsf.oid
ORDER BY 1, 2,
  o.amoplefttype = o.amoprighttype DESC,
  pg_catalog.format_type(o.amoplefttype, NULL),
  pg_catalog.format_type(o.amoprighttype, NULL),
  o.amopstrategy;
---- 5 columns, 945 rows
brin	bit_minmax_ops	<(bit,bit)	1	search
brin	bit_minmax_ops	<=(bit,bit)	2	search
brin	bit_minmax_ops	=(bit,bit)	3	search
brin	bit_minmax_ops	>=(bit,bit)	4	search
brin	bit_minmax_ops	>(bit,bit)	5	search
brin	box_inclusion_ops	<<(box,box)	1	search
brin	box_inclusion_ops	&<(box,box)	2	search
brin	box_inclusion_ops	&&(box,box)	3	search
brin	box_inclusion_ops	&>(box,box)	4	search
brin	box_inclusion_ops	>>(box,box)	5	search
brin	box_inclusion_ops	~=(box,box)	6	search
brin	box_inclusion_ops	@>(box,box)	7	search
brin	box_inclusion_ops	<@(box,box)	8	search
brin	box_inclusion_ops	&<|(box,box)	9	search
brin	box_inclusion_ops	<<|(box,box)	10	search
brin	box_inclusion_ops	|>>(box,box)	11	search
brin	box_inclusion_ops	|&>(box,box)	12	search
brin	box_inclusion_ops	@>(box,point)	7	search
brin	bpchar_bloom_ops	=(character,character)	1	search
brin	bpchar_minmax_ops	<(character,character)	1	search
brin	bpchar_minmax_ops	<=(character,character)	2	search
brin	bpchar_minmax_ops	=(character,character)	3	search
brin	bpchar_minmax_ops	>=(character,character)	4	search
brin	bpchar_minmax_ops	>(character,character)	5	search
brin	bytea_bloom_ops	=(bytea,bytea)	1	search
brin	bytea_minmax_ops	<(bytea,bytea)	1	search
brin	bytea_minmax_ops	<=(bytea,bytea)	2	search
brin	bytea_minmax_ops	=(bytea,bytea)	3	search
brin	bytea_minmax_ops	>=(bytea,bytea)	4	search
brin	bytea_minmax_ops	>(bytea,bytea)	5	search
brin	char_bloom_ops	=("char","char")	1	search
brin	char_minmax_ops	<("char","char")	1	search
brin	char_minmax_ops	<=("char","char")	2	search
brin	char_minmax_ops	=("char","char")	3	search
brin	char_minmax_ops	>=("char","char")	4	search
brin	char_minmax_ops	>("char","char")	5	search
brin	datetime_bloom_ops	=(date,date)	1	search
brin	datetime_bloom_ops	=(timestamp with time zone,timestamp with time zone)	1	search
brin	datetime_bloom_ops	=(timestamp without time zone,timestamp without time zone)	1	search
brin	datetime_minmax_multi_ops	<(date,date)	1	search
brin	datetime_minmax_multi_ops	<=(date,date)	2	search
brin	datetime_minmax_multi_ops	=(date,date)	3	search
brin	datetime_minmax_multi_ops	>=(date,date)	4	search
brin	datetime_minmax_multi_ops	>(date,date)	5	search
brin	datetime_minmax_multi_ops	<(timestamp with time zone,timestamp with time zone)	1	search
brin	datetime_minmax_multi_ops	<=(timestamp with time zone,timestamp with time zone)	2	search
brin	datetime_minmax_multi_ops	=(timestamp with time zone,timestamp with time zone)	3	search
brin	datetime_minmax_multi_ops	>=(timestamp with time zone,timestamp with time zone)	4	search
brin	datetime_minmax_multi_ops	>(timestamp with time zone,timestamp with time zone)	5	search
brin	datetime_minmax_multi_ops	<(timestamp without time zone,timestamp without time zone)	1	search
brin	datetime_minmax_multi_ops	<=(timestamp without time zone,timestamp without time zone)	2	search
brin	datetime_minmax_multi_ops	=(timestamp without time zone,timestamp without time zone)	3	search
brin	datetime_minmax_multi_ops	>=(timestamp without time zone,timestamp without time zone)	4	search
brin	datetime_minmax_multi_ops	>(timestamp without time zone,timestamp without time zone)	5	search
brin	datetime_minmax_multi_ops	<(date,timestamp with time zone)	1	search
brin	datetime_minmax_multi_ops	<=(date,timestamp with time zone)	2	search
brin	datetime_minmax_multi_ops	=(date,timestamp with time zone)	3	search
brin	datetime_minmax_multi_ops	>=(date,timestamp with time zone)	4	search
brin	datetime_minmax_multi_ops	>(date,timestamp with time zone)	5	search
brin	datetime_minmax_multi_ops	<(date,timestamp without time zone)	1	search
brin	datetime_minmax_multi_ops	<=(date,timestamp without time zone)	2	search
brin	datetime_minmax_multi_ops	=(date,timestamp without time zone)	3	search
brin	datetime_minmax_multi_ops	>=(date,timestamp without time zone)	4	search
brin	datetime_minmax_multi_ops	>(date,timestamp without time zone)	5	search
brin	datetime_minmax_multi_ops	<(timestamp with time zone,date)	1	search
brin	datetime_minmax_multi_ops	<=(timestamp with time zone,date)	2	search
brin	datetime_minmax_multi_ops	=(timestamp with time zone,date)	3	search
brin	datetime_minmax_multi_ops	>=(timestamp with time zone,date)	4	search
brin	datetime_minmax_multi_ops	>(timestamp with time zone,date)	5	search
brin	datetime_minmax_multi_ops	<(timestamp with time zone,timestamp without time zone)	1	search
brin	datetime_minmax_multi_ops	<=(timestamp with time zone,timestamp without time zone)	2	search
brin	datetime_minmax_multi_ops	=(timestamp with time zone,timestamp without time zone)	3	search
brin	datetime_minmax_multi_ops	>=(timestamp with time zone,timestamp without time zone)	4	search
brin	datetime_minmax_multi_ops	>(timestamp with time zone,timestamp without time zone)	5	search
brin	datetime_minmax_multi_ops	<(timestamp without time zone,date)	1	search
brin	datetime_minmax_multi_ops	<=(timestamp without time zone,date)	2	search
brin	datetime_minmax_multi_ops	=(timestamp without time zone,date)	3	search
brin	datetime_minmax_multi_ops	>=(timestamp without time zone,date)	4	search
brin	datetime_minmax_multi_ops	>(timestamp without time zone,date)	5	search
brin	datetime_minmax_multi_ops	<(timestamp without time zone,timestamp with time zone)	1	search
brin	datetime_minmax_multi_ops	<=(timestamp without time zone,timestamp with time zone)	2	search
brin	datetime_minmax_multi_ops	=(timestamp without time zone,timestamp with time zone)	3	search
brin	datetime_minmax_multi_ops	>=(timestamp without time zone,timestamp with time zone)	4	search
brin	datetime_minmax_multi_ops	>(timestamp without time zone,timestamp with time zone)	5	search
brin	datetime_minmax_ops	<(date,date)	1	search
brin	datetime_minmax_ops	<=(date,date)	2	search
brin	datetime_minmax_ops	=(date,date)	3	search
brin	datetime_minmax_ops	>=(date,date)	4	search
brin	datetime_minmax_ops	>(date,date)	5	search
brin	datetime_minmax_ops	<(timestamp with time zone,timestamp with time zone)	1	search
brin	datetime_minmax_ops	<=(timestamp with time zone,timestamp with time zone)	2	search
brin	datetime_minmax_ops	=(timestamp with time zone,timestamp with time zone)	3	search
brin	datetime_minmax_ops	>=(timestamp with time zone,timestamp with time zone)	4	search
brin	datetime_minmax_ops	>(timestamp with time zone,timestamp with time zone)	5	search
brin	datetime_minmax_ops	<(timestamp without time zone,timestamp without time zone)	1	search
brin	datetime_minmax_ops	<=(timestamp without time zone,timestamp without time zone)	2	search
brin	datetime_minmax_ops	=(timestamp without time zone,timestamp without time zone)	3	search
brin	datetime_minmax_ops	>=(timestamp without time zone,timestamp without time zone)	4	search
brin	datetime_minmax_ops	>(timestamp without time zone,timestamp without time zone)	5	search
brin	datetime_minmax_ops	<(date,timestamp with time zone)	1	search
brin	datetime_minmax_ops	<=(date,timestamp with time zone)	2	search
brin	datetime_minmax_ops	=(date,timestamp with time zone)	3	search
brin	datetime_minmax_ops	>=(date,timestamp with time zone)	4	search
brin	datetime_minmax_ops	>(date,timestamp with time zone)	5	search
brin	datetime_minmax_ops	<(date,timestamp without time zone)	1	search
brin	datetime_minmax_ops	<=(date,timestamp without time zone)	2	search
brin	datetime_minmax_ops	=(date,timestamp without time zone)	3	search
brin	datetime_minmax_ops	>=(date,timestamp without time zone)	4	search
brin	datetime_minmax_ops	>(date,timestamp without time zone)	5	search
brin	datetime_minmax_ops	<(timestamp with time zone,date)	1	search
brin	datetime_minmax_ops	<=(timestamp with time zone,date)	2	search
brin	datetime_minmax_ops	=(timestamp with time zone,date)	3	search
brin	datetime_minmax_ops	>=(timestamp with time zone,date)	4	search
brin	datetime_minmax_ops	>(timestamp with time zone,date)	5	search
brin	datetime_minmax_ops	<(timestamp with time zone,timestamp without time zone)	1	search
brin	datetime_minmax_ops	<=(timestamp with time zone,timestamp without time zone)	2	search
brin	datetime_minmax_ops	=(timestamp with time zone,timestamp without time zone)	3	search
brin	datetime_minmax_ops	>=(timestamp with time zone,timestamp without time zone)	4	search
brin	datetime_minmax_ops	>(timestamp with time zone,timestamp without time zone)	5	search
brin	datetime_minmax_ops	<(timestamp without time zone,date)	1	search
brin	datetime_minmax_ops	<=(timestamp without time zone,date)	2	search
brin	datetime_minmax_ops	=(timestamp without time zone,date)	3	search
brin	datetime_minmax_ops	>=(timestamp without time zone,date)	4	search
brin	datetime_minmax_ops	>(timestamp without time zone,date)	5	search
brin	datetime_minmax_ops	<(timestamp without time zone,timestamp with time zone)	1	search
brin	datetime_minmax_ops	<=(timestamp without time zone,timestamp with time zone)	2	search
brin	datetime_minmax_ops	=(timestamp without time zone,timestamp with time zone)	3	search
brin	datetime_minmax_ops	>=(timestamp without time zone,timestamp with time zone)	4	search
brin	datetime_minmax_ops	>(timestamp without time zone,timestamp with time zone)	5	search
brin	float_bloom_ops	=(double precision,double precision)	1	search
brin	float_bloom_ops	=(real,real)	1	search
brin	float_minmax_multi_ops	<(double precision,double precision)	1	search
brin	float_minmax_multi_ops	<=(double precision,double precision)	2	search
brin	float_minmax_multi_ops	=(double precision,double precision)	3	search
brin	float_minmax_multi_ops	>=(double precision,double precision)	4	search
brin	float_minmax_multi_ops	>(double precision,double precision)	5	search
brin	float_minmax_multi_ops	<(real,real)	1	search
brin	float_minmax_multi_ops	<=(real,real)	2	search
brin	float_minmax_multi_ops	=(real,real)	3	search
brin	float_minmax_multi_ops	>=(real,real)	4	search
brin	float_minmax_multi_ops	>(real,real)	5	search
brin	float_minmax_multi_ops	<(double precision,real)	1	search
brin	float_minmax_multi_ops	<=(double precision,real)	2	search
brin	float_minmax_multi_ops	=(double precision,real)	3	search
brin	float_minmax_multi_ops	>=(double precision,real)	4	search
brin	float_minmax_multi_ops	>(double precision,real)	5	search
brin	float_minmax_multi_ops	<(real,double precision)	1	search
brin	float_minmax_multi_ops	<=(real,double precision)	2	search
brin	float_minmax_multi_ops	=(real,double precision)	3	search
brin	float_minmax_multi_ops	>=(real,double precision)	4	search
brin	float_minmax_multi_ops	>(real,double precision)	5	search
brin	float_minmax_ops	<(double precision,double precision)	1	search
brin	float_minmax_ops	<=(double precision,double precision)	2	search
brin	float_minmax_ops	=(double precision,double precision)	3	search
brin	float_minmax_ops	>=(double precision,double precision)	4	search
brin	float_minmax_ops	>(double precision,double precision)	5	search
brin	float_minmax_ops	<(real,real)	1	search
brin	float_minmax_ops	<=(real,real)	2	search
brin	float_minmax_ops	=(real,real)	3	search
brin	float_minmax_ops	>=(real,real)	4	search
brin	float_minmax_ops	>(real,real)	5	search
brin	float_minmax_ops	<(double precision,real)	1	search
brin	float_minmax_ops	<=(double precision,real)	2	search
brin	float_minmax_ops	=(double precision,real)	3	search
brin	float_minmax_ops	>=(double precision,real)	4	search
brin	float_minmax_ops	>(double precision,real)	5	search
brin	float_minmax_ops	<(real,double precision)	1	search
brin	float_minmax_ops	<=(real,double precision)	2	search
brin	float_minmax_ops	=(real,double precision)	3	search
brin	float_minmax_ops	>=(real,double precision)	4	search
brin	float_minmax_ops	>(real,double precision)	5	search
brin	integer_bloom_ops	=(bigint,bigint)	1	search
brin	integer_bloom_ops	=(integer,integer)	1	search
brin	integer_bloom_ops	=(smallint,smallint)	1	search
brin	integer_minmax_multi_ops	<(bigint,bigint)	1	search
brin	integer_minmax_multi_ops	<=(bigint,bigint)	2	search
brin	integer_minmax_multi_ops	=(bigint,bigint)	3	search
brin	integer_minmax_multi_ops	>=(bigint,bigint)	4	search
brin	integer_minmax_multi_ops	>(bigint,bigint)	5	search
brin	integer_minmax_multi_ops	<(integer,integer)	1	search
brin	integer_minmax_multi_ops	<=(integer,integer)	2	search
brin	integer_minmax_multi_ops	=(integer,integer)	3	search
brin	integer_minmax_multi_ops	>=(integer,integer)	4	search
brin	integer_minmax_multi_ops	>(integer,integer)	5	search
brin	integer_minmax_multi_ops	<(smallint,smallint)	1	search
brin	integer_minmax_multi_ops	<=(smallint,smallint)	2	search
brin	integer_minmax_multi_ops	=(smallint,smallint)	3	search
brin	integer_minmax_multi_ops	>=(smallint,smallint)	4	search
brin	integer_minmax_multi_ops	>(smallint,smallint)	5	search
brin	integer_minmax_multi_ops	<(bigint,integer)	1	search
brin	integer_minmax_multi_ops	<=(bigint,integer)	2	search
brin	integer_minmax_multi_ops	=(bigint,integer)	3	search
brin	integer_minmax_multi_ops	>=(bigint,integer)	4	search
brin	integer_minmax_multi_ops	>(bigint,integer)	5	search
brin	integer_minmax_multi_ops	<(bigint,smallint)	1	search
brin	integer_minmax_multi_ops	<=(bigint,smallint)	2	search
brin	integer_minmax_multi_ops	=(bigint,smallint)	3	search
brin	integer_minmax_multi_ops	>=(bigint,smallint)	4	search
brin	integer_minmax_multi_ops	>(bigint,smallint)	5	search
brin	integer_minmax_multi_ops	<(integer,bigint)	1	search
brin	integer_minmax_multi_ops	<=(integer,bigint)	2	search
brin	integer_minmax_multi_ops	=(integer,bigint)	3	search
brin	integer_minmax_multi_ops	>=(integer,bigint)	4	search
brin	integer_minmax_multi_ops	>(integer,bigint)	5	search
brin	integer_minmax_multi_ops	<(integer,smallint)	1	search
brin	integer_minmax_multi_ops	<=(integer,smallint)	2	search
brin	integer_minmax_multi_ops	=(integer,smallint)	3	search
brin	integer_minmax_multi_ops	>=(integer,smallint)	4	search
brin	integer_minmax_multi_ops	>(integer,smallint)	5	search
brin	integer_minmax_multi_ops	<(smallint,bigint)	1	search
brin	integer_minmax_multi_ops	<=(smallint,bigint)	2	search
brin	integer_minmax_multi_ops	=(smallint,bigint)	3	search
brin	integer_minmax_multi_ops	>=(smallint,bigint)	4	search
brin	integer_minmax_multi_ops	>(smallint,bigint)	5	search
brin	integer_minmax_multi_ops	<(smallint,integer)	1	search
brin	integer_minmax_multi_ops	<=(smallint,integer)	2	search
brin	integer_minmax_multi_ops	=(smallint,integer)	3	search
brin	integer_minmax_multi_ops	>=(smallint,integer)	4	search
brin	integer_minmax_multi_ops	>(smallint,integer)	5	search
brin	integer_minmax_ops	<(bigint,bigint)	1	search
brin	integer_minmax_ops	<=(bigint,bigint)	2	search
brin	integer_minmax_ops	=(bigint,bigint)	3	search
brin	integer_minmax_ops	>=(bigint,bigint)	4	search
brin	integer_minmax_ops	>(bigint,bigint)	5	search
brin	integer_minmax_ops	<(integer,integer)	1	search
brin	integer_minmax_ops	<=(integer,integer)	2	search
brin	integer_minmax_ops	=(integer,integer)	3	search
brin	integer_minmax_ops	>=(integer,integer)	4	search
brin	integer_minmax_ops	>(integer,integer)	5	search
brin	integer_minmax_ops	<(smallint,smallint)	1	search
brin	integer_minmax_ops	<=(smallint,smallint)	2	search
brin	integer_minmax_ops	=(smallint,smallint)	3	search
brin	integer_minmax_ops	>=(smallint,smallint)	4	search
brin	integer_minmax_ops	>(smallint,smallint)	5	search
brin	integer_minmax_ops	<(bigint,integer)	1	search
brin	integer_minmax_ops	<=(bigint,integer)	2	search
brin	integer_minmax_ops	=(bigint,integer)	3	search
brin	integer_minmax_ops	>=(bigint,integer)	4	search
brin	integer_minmax_ops	>(bigint,integer)	5	search
brin	integer_minmax_ops	<(bigint,smallint)	1	search
brin	integer_minmax_ops	<=(bigint,smallint)	2	search
brin	integer_minmax_ops	=(bigint,smallint)	3	search
brin	integer_minmax_ops	>=(bigint,smallint)	4	search
brin	integer_minmax_ops	>(bigint,smallint)	5	search
brin	integer_minmax_ops	<(integer,bigint)	1	search
brin	integer_minmax_ops	<=(integer,bigint)	2	search
brin	integer_minmax_ops	=(integer,bigint)	3	search
brin	integer_minmax_ops	>=(integer,bigint)	4	search
brin	integer_minmax_ops	>(integer,bigint)	5	search
brin	integer_minmax_ops	<(integer,smallint)	1	search
brin	integer_minmax_ops	<=(integer,smallint)	2	search
brin	integer_minmax_ops	=(integer,smallint)	3	search
brin	integer_minmax_ops	>=(integer,smallint)	4	search
brin	integer_minmax_ops	>(integer,smallint)	5	search
brin	integer_minmax_ops	<(smallint,bigint)	1	search
brin	integer_minmax_ops	<=(smallint,bigint)	2	search
brin	integer_minmax_ops	=(smallint,bigint)	3	search
brin	integer_minmax_ops	>=(smallint,bigint)	4	search
brin	integer_minmax_ops	>(smallint,bigint)	5	search
brin	integer_minmax_ops	<(smallint,integer)	1	search
brin	integer_minmax_ops	<=(smallint,integer)	2	search
brin	integer_minmax_ops	=(smallint,integer)	3	search
brin	integer_minmax_ops	>=(smallint,integer)	4	search
brin	integer_minmax_ops	>(smallint,integer)	5	search
brin	interval_bloom_ops	=(interval,interval)	1	search
brin	interval_minmax_multi_ops	<(interval,interval)	1	search
brin	interval_minmax_multi_ops	<=(interval,interval)	2	search
brin	interval_minmax_multi_ops	=(interval,interval)	3	search
brin	interval_minmax_multi_ops	>=(interval,interval)	4	search
brin	interval_minmax_multi_ops	>(interval,interval)	5	search
brin	interval_minmax_ops	<(interval,interval)	1	search
brin	interval_minmax_ops	<=(interval,interval)	2	search
brin	interval_minmax_ops	=(interval,interval)	3	search
brin	interval_minmax_ops	>=(interval,interval)	4	search
brin	interval_minmax_ops	>(interval,interval)	5	search
brin	macaddr8_bloom_ops	=(macaddr8,macaddr8)	1	search
brin	macaddr8_minmax_multi_ops	<(macaddr8,macaddr8)	1	search
brin	macaddr8_minmax_multi_ops	<=(macaddr8,macaddr8)	2	search
brin	macaddr8_minmax_multi_ops	=(macaddr8,macaddr8)	3	search
brin	macaddr8_minmax_multi_ops	>=(macaddr8,macaddr8)	4	search
brin	macaddr8_minmax_multi_ops	>(macaddr8,macaddr8)	5	search
brin	macaddr8_minmax_ops	<(macaddr8,macaddr8)	1	search
brin	macaddr8_minmax_ops	<=(macaddr8,macaddr8)	2	search
brin	macaddr8_minmax_ops	=(macaddr8,macaddr8)	3	search
brin	macaddr8_minmax_ops	>=(macaddr8,macaddr8)	4	search
brin	macaddr8_minmax_ops	>(macaddr8,macaddr8)	5	search
brin	macaddr_bloom_ops	=(macaddr,macaddr)	1	search
brin	macaddr_minmax_multi_ops	<(macaddr,macaddr)	1	search
brin	macaddr_minmax_multi_ops	<=(macaddr,macaddr)	2	search
brin	macaddr_minmax_multi_ops	=(macaddr,macaddr)	3	search
brin	macaddr_minmax_multi_ops	>=(macaddr,macaddr)	4	search
brin	macaddr_minmax_multi_ops	>(macaddr,macaddr)	5	search
brin	macaddr_minmax_ops	<(macaddr,macaddr)	1	search
brin	macaddr_minmax_ops	<=(macaddr,macaddr)	2	search
brin	macaddr_minmax_ops	=(macaddr,macaddr)	3	search
brin	macaddr_minmax_ops	>=(macaddr,macaddr)	4	search
brin	macaddr_minmax_ops	>(macaddr,macaddr)	5	search
brin	name_bloom_ops	=(name,name)	1	search
brin	name_minmax_ops	<(name,name)	1	search
brin	name_minmax_ops	<=(name,name)	2	search
brin	name_minmax_ops	=(name,name)	3	search
brin	name_minmax_ops	>=(name,name)	4	search
brin	name_minmax_ops	>(name,name)	5	search
brin	network_bloom_ops	=(inet,inet)	1	search
brin	network_inclusion_ops	&&(inet,inet)	3	search
brin	network_inclusion_ops	>>=(inet,inet)	7	search
brin	network_inclusion_ops	<<=(inet,inet)	8	search
brin	network_inclusion_ops	=(inet,inet)	18	search
brin	network_inclusion_ops	>>(inet,inet)	24	search
brin	network_inclusion_ops	<<(inet,inet)	26	search
brin	network_minmax_multi_ops	<(inet,inet)	1	search
brin	network_minmax_multi_ops	<=(inet,inet)	2	search
brin	network_minmax_multi_ops	=(inet,inet)	3	search
brin	network_minmax_multi_ops	>=(inet,inet)	4	search
brin	network_minmax_multi_ops	>(inet,inet)	5	search
brin	network_minmax_ops	<(inet,inet)	1	search
brin	network_minmax_ops	<=(inet,inet)	2	search
brin	network_minmax_ops	=(inet,inet)	3	search
brin	network_minmax_ops	>=(inet,inet)	4	search
brin	network_minmax_ops	>(inet,inet)	5	search
brin	numeric_bloom_ops	=(numeric,numeric)	1	search
brin	numeric_minmax_multi_ops	<(numeric,numeric)	1	search
brin	numeric_minmax_multi_ops	<=(numeric,numeric)	2	search
brin	numeric_minmax_multi_ops	=(numeric,numeric)	3	search
brin	numeric_minmax_multi_ops	>=(numeric,numeric)	4	search
brin	numeric_minmax_multi_ops	>(numeric,numeric)	5	search
brin	numeric_minmax_ops	<(numeric,numeric)	1	search
brin	numeric_minmax_ops	<=(numeric,numeric)	2	search
brin	numeric_minmax_ops	=(numeric,numeric)	3	search
brin	numeric_minmax_ops	>=(numeric,numeric)	4	search
brin	numeric_minmax_ops	>(numeric,numeric)	5	search
brin	oid_bloom_ops	=(oid,oid)	1	search
brin	oid_minmax_multi_ops	<(oid,oid)	1	search
brin	oid_minmax_multi_ops	<=(oid,oid)	2	search
brin	oid_minmax_multi_ops	=(oid,oid)	3	search
brin	oid_minmax_multi_ops	>=(oid,oid)	4	search
brin	oid_minmax_multi_ops	>(oid,oid)	5	search
brin	oid_minmax_ops	<(oid,oid)	1	search
brin	oid_minmax_ops	<=(oid,oid)	2	search
brin	oid_minmax_ops	=(oid,oid)	3	search
brin	oid_minmax_ops	>=(oid,oid)	4	search
brin	oid_minmax_ops	>(oid,oid)	5	search
brin	pg_lsn_bloom_ops	=(pg_lsn,pg_lsn)	1	search
brin	pg_lsn_minmax_multi_ops	<(pg_lsn,pg_lsn)	1	search
brin	pg_lsn_minmax_multi_ops	<=(pg_lsn,pg_lsn)	2	search
brin	pg_lsn_minmax_multi_ops	=(pg_lsn,pg_lsn)	3	search
brin	pg_lsn_minmax_multi_ops	>=(pg_lsn,pg_lsn)	4	search
brin	pg_lsn_minmax_multi_ops	>(pg_lsn,pg_lsn)	5	search
brin	pg_lsn_minmax_ops	<(pg_lsn,pg_lsn)	1	search
brin	pg_lsn_minmax_ops	<=(pg_lsn,pg_lsn)	2	search
brin	pg_lsn_minmax_ops	=(pg_lsn,pg_lsn)	3	search
brin	pg_lsn_minmax_ops	>=(pg_lsn,pg_lsn)	4	search
brin	pg_lsn_minmax_ops	>(pg_lsn,pg_lsn)	5	search
brin	range_inclusion_ops	<<(anyrange,anyrange)	1	search
brin	range_inclusion_ops	&<(anyrange,anyrange)	2	search
brin	range_inclusion_ops	&&(anyrange,anyrange)	3	search
brin	range_inclusion_ops	&>(anyrange,anyrange)	4	search
brin	range_inclusion_ops	>>(anyrange,anyrange)	5	search
brin	range_inclusion_ops	@>(anyrange,anyrange)	7	search
brin	range_inclusion_ops	<@(anyrange,anyrange)	8	search
brin	range_inclusion_ops	-|-(anyrange,anyrange)	17	search
brin	range_inclusion_ops	=(anyrange,anyrange)	18	search
brin	range_inclusion_ops	<(anyrange,anyrange)	20	search
brin	range_inclusion_ops	<=(anyrange,anyrange)	21	search
brin	range_inclusion_ops	>(anyrange,anyrange)	22	search
brin	range_inclusion_ops	>=(anyrange,anyrange)	23	search
brin	range_inclusion_ops	@>(anyrange,anyelement)	16	search
brin	text_bloom_ops	=(text,text)	1	search
brin	text_minmax_ops	<(text,text)	1	search
brin	text_minmax_ops	<=(text,text)	2	search
brin	text_minmax_ops	=(text,text)	3	search
brin	text_minmax_ops	>=(text,text)	4	search
brin	text_minmax_ops	>(text,text)	5	search
brin	tid_bloom_ops	=(tid,tid)	1	search
brin	tid_minmax_multi_ops	<(tid,tid)	1	search
brin	tid_minmax_multi_ops	<=(tid,tid)	2	search
brin	tid_minmax_multi_ops	=(tid,tid)	3	search
brin	tid_minmax_multi_ops	>=(tid,tid)	4	search
brin	tid_minmax_multi_ops	>(tid,tid)	5	search
brin	tid_minmax_ops	<(tid,tid)	1	search
brin	tid_minmax_ops	<=(tid,tid)	2	search
brin	tid_minmax_ops	=(tid,tid)	3	search
brin	tid_minmax_ops	>=(tid,tid)	4	search
brin	tid_minmax_ops	>(tid,tid)	5	search
brin	time_bloom_ops	=(time without time zone,time without time zone)	1	search
brin	time_minmax_multi_ops	<(time without time zone,time without time zone)	1	search
brin	time_minmax_multi_ops	<=(time without time zone,time without time zone)	2	search
brin	time_minmax_multi_ops	=(time without time zone,time without time zone)	3	search
brin	time_minmax_multi_ops	>=(time without time zone,time without time zone)	4	search
brin	time_minmax_multi_ops	>(time without time zone,time without time zone)	5	search
brin	time_minmax_ops	<(time without time zone,time without time zone)	1	search
brin	time_minmax_ops	<=(time without time zone,time without time zone)	2	search
brin	time_minmax_ops	=(time without time zone,time without time zone)	3	search
brin	time_minmax_ops	>=(time without time zone,time without time zone)	4	search
brin	time_minmax_ops	>(time without time zone,time without time zone)	5	search
brin	timetz_bloom_ops	=(time with time zone,time with time zone)	1	search
brin	timetz_minmax_multi_ops	<(time with time zone,time with time zone)	1	search
brin	timetz_minmax_multi_ops	<=(time with time zone,time with time zone)	2	search
brin	timetz_minmax_multi_ops	=(time with time zone,time with time zone)	3	search
brin	timetz_minmax_multi_ops	>=(time with time zone,time with time zone)	4	search
brin	timetz_minmax_multi_ops	>(time with time zone,time with time zone)	5	search
brin	timetz_minmax_ops	<(time with time zone,time with time zone)	1	search
brin	timetz_minmax_ops	<=(time with time zone,time with time zone)	2	search
brin	timetz_minmax_ops	=(time with time zone,time with time zone)	3	search
brin	timetz_minmax_ops	>=(time with time zone,time with time zone)	4	search
brin	timetz_minmax_ops	>(time with time zone,time with time zone)	5	search
brin	uuid_bloom_ops	=(uuid,uuid)	1	search
brin	uuid_minmax_multi_ops	<(uuid,uuid)	1	search
brin	uuid_minmax_multi_ops	<=(uuid,uuid)	2	search
brin	uuid_minmax_multi_ops	=(uuid,uuid)	3	search
brin	uuid_minmax_multi_ops	>=(uuid,uuid)	4	search
brin	uuid_minmax_multi_ops	>(uuid,uuid)	5	search
brin	uuid_minmax_ops	<(uuid,uuid)	1	search
brin	uuid_minmax_ops	<=(uuid,uuid)	2	search
brin	uuid_minmax_ops	=(uuid,uuid)	3	search
brin	uuid_minmax_ops	>=(uuid,uuid)	4	search
brin	uuid_minmax_ops	>(uuid,uuid)	5	search
brin	varbit_minmax_ops	<(bit varying,bit varying)	1	search
brin	varbit_minmax_ops	<=(bit varying,bit varying)	2	search
brin	varbit_minmax_ops	=(bit varying,bit varying)	3	search
brin	varbit_minmax_ops	>=(bit varying,bit varying)	4	search
brin	varbit_minmax_ops	>(bit varying,bit varying)	5	search
btree	array_ops	<(anyarray,anyarray)	1	search
btree	array_ops	<=(anyarray,anyarray)	2	search
btree	array_ops	=(anyarray,anyarray)	3	search
btree	array_ops	>=(anyarray,anyarray)	4	search
btree	array_ops	>(anyarray,anyarray)	5	search
btree	bit_ops	<(bit,bit)	1	search
btree	bit_ops	<=(bit,bit)	2	search
btree	bit_ops	=(bit,bit)	3	search
btree	bit_ops	>=(bit,bit)	4	search
btree	bit_ops	>(bit,bit)	5	search
btree	bool_ops	<(boolean,boolean)	1	search
btree	bool_ops	<=(boolean,boolean)	2	search
btree	bool_ops	=(boolean,boolean)	3	search
btree	bool_ops	>=(boolean,boolean)	4	search
btree	bool_ops	>(boolean,boolean)	5	search
btree	bpchar_ops	<(character,character)	1	search
btree	bpchar_ops	<=(character,character)	2	search
btree	bpchar_ops	=(character,character)	3	search
btree	bpchar_ops	>=(character,character)	4	search
btree	bpchar_ops	>(character,character)	5	search
btree	bpchar_pattern_ops	~<~(character,character)	1	search
btree	bpchar_pattern_ops	~<=~(character,character)	2	search
btree	bpchar_pattern_ops	=(character,character)	3	search
btree	bpchar_pattern_ops	~>=~(character,character)	4	search
btree	bpchar_pattern_ops	~>~(character,character)	5	search
btree	bytea_ops	<(bytea,bytea)	1	search
btree	bytea_ops	<=(bytea,bytea)	2	search
btree	bytea_ops	=(bytea,bytea)	3	search
btree	bytea_ops	>=(bytea,bytea)	4	search
btree	bytea_ops	>(bytea,bytea)	5	search
btree	char_ops	<("char","char")	1	search
btree	char_ops	<=("char","char")	2	search
btree	char_ops	=("char","char")	3	search
btree	char_ops	>=("char","char")	4	search
btree	char_ops	>("char","char")	5	search
btree	datetime_ops	<(date,date)	1	search
btree	datetime_ops	<=(date,date)	2	search
btree	datetime_ops	=(date,date)	3	search
btree	datetime_ops	>=(date,date)	4	search
btree	datetime_ops	>(date,date)	5	search
btree	datetime_ops	<(timestamp with time zone,timestamp with time zone)	1	search
btree	datetime_ops	<=(timestamp with time zone,timestamp with time zone)	2	search
btree	datetime_ops	=(timestamp with time zone,timestamp with time zone)	3	search
btree	datetime_ops	>=(timestamp with time zone,timestamp with time zone)	4	search
btree	datetime_ops	>(timestamp with time zone,timestamp with time zone)	5	search
btree	datetime_ops	<(timestamp without time zone,timestamp without time zone)	1	search
btree	datetime_ops	<=(timestamp without time zone,timestamp without time zone)	2	search
btree	datetime_ops	=(timestamp without time zone,timestamp without time zone)	3	search
btree	datetime_ops	>=(timestamp without time zone,timestamp without time zone)	4	search
btree	datetime_ops	>(timestamp without time zone,timestamp without time zone)	5	search
btree	datetime_ops	<(date,timestamp with time zone)	1	search
btree	datetime_ops	<=(date,timestamp with time zone)	2	search
btree	datetime_ops	=(date,timestamp with time zone)	3	search
btree	datetime_ops	>=(date,timestamp with time zone)	4	search
btree	datetime_ops	>(date,timestamp with time zone)	5	search
btree	datetime_ops	<(date,timestamp without time zone)	1	search
btree	datetime_ops	<=(date,timestamp without time zone)	2	search
btree	datetime_ops	=(date,timestamp without time zone)	3	search
btree	datetime_ops	>=(date,timestamp without time zone)	4	search
btree	datetime_ops	>(date,timestamp without time zone)	5	search
btree	datetime_ops	<(timestamp with time zone,date)	1	search
btree	datetime_ops	<=(timestamp with time zone,date)	2	search
btree	datetime_ops	=(timestamp with time zone,date)	3	search
btree	datetime_ops	>=(timestamp with time zone,date)	4	search
btree	datetime_ops	>(timestamp with time zone,date)	5	search
btree	datetime_ops	<(timestamp with time zone,timestamp without time zone)	1	search
btree	datetime_ops	<=(timestamp with time zone,timestamp without time zone)	2	search
btree	datetime_ops	=(timestamp with time zone,timestamp without time zone)	3	search
btree	datetime_ops	>=(timestamp with time zone,timestamp without time zone)	4	search
btree	datetime_ops	>(timestamp with time zone,timestamp without time zone)	5	search
btree	datetime_ops	<(timestamp without time zone,date)	1	search
btree	datetime_ops	<=(timestamp without time zone,date)	2	search
btree	datetime_ops	=(timestamp without time zone,date)	3	search
btree	datetime_ops	>=(timestamp without time zone,date)	4	search
btree	datetime_ops	>(timestamp without time zone,date)	5	search
btree	datetime_ops	<(timestamp without time zone,timestamp with time zone)	1	search
btree	datetime_ops	<=(timestamp without time zone,timestamp with time zone)	2	search
btree	datetime_ops	=(timestamp without time zone,timestamp with time zone)	3	search
btree	datetime_ops	>=(timestamp without time zone,timestamp with time zone)	4	search
btree	datetime_ops	>(timestamp without time zone,timestamp with time zone)	5	search
btree	enum_ops	<(anyenum,anyenum)	1	search
btree	enum_ops	<=(anyenum,anyenum)	2	search
btree	enum_ops	=(anyenum,anyenum)	3	search
btree	enum_ops	>=(anyenum,anyenum)	4	search
btree	enum_ops	>(anyenum,anyenum)	5	search
btree	float_ops	<(double precision,double precision)	1	search
btree	float_ops	<=(double precision,double precision)	2	search
btree	float_ops	=(double precision,double precision)	3	search
btree	float_ops	>=(double precision,double precision)	4	search
btree	float_ops	>(double precision,double precision)	5	search
btree	float_ops	<(real,real)	1	search
btree	float_ops	<=(real,real)	2	search
btree	float_ops	=(real,real)	3	search
btree	float_ops	>=(real,real)	4	search
btree	float_ops	>(real,real)	5	search
btree	float_ops	<(double precision,real)	1	search
btree	float_ops	<=(double precision,real)	2	search
btree	float_ops	=(double precision,real)	3	search
btree	float_ops	>=(double precision,real)	4	search
btree	float_ops	>(double precision,real)	5	search
btree	float_ops	<(real,double precision)	1	search
btree	float_ops	<=(real,double precision)	2	search
btree	float_ops	=(real,double precision)	3	search
btree	float_ops	>=(real,double precision)	4	search
btree	float_ops	>(real,double precision)	5	search
btree	integer_ops	<(bigint,bigint)	1	search
btree	integer_ops	<=(bigint,bigint)	2	search
btree	integer_ops	=(bigint,bigint)	3	search
btree	integer_ops	>=(bigint,bigint)	4	search
btree	integer_ops	>(bigint,bigint)	5	search
btree	integer_ops	<(integer,integer)	1	search
btree	integer_ops	<=(integer,integer)	2	search
btree	integer_ops	=(integer,integer)	3	search
btree	integer_ops	>=(integer,integer)	4	search
btree	integer_ops	>(integer,integer)	5	search
btree	integer_ops	<(smallint,smallint)	1	search
btree	integer_ops	<=(smallint,smallint)	2	search
btree	integer_ops	=(smallint,smallint)	3	search
btree	integer_ops	>=(smallint,smallint)	4	search
btree	integer_ops	>(smallint,smallint)	5	search
btree	integer_ops	<(bigint,integer)	1	search
btree	integer_ops	<=(bigint,integer)	2	search
btree	integer_ops	=(bigint,integer)	3	search
btree	integer_ops	>=(bigint,integer)	4	search
btree	integer_ops	>(bigint,integer)	5	search
btree	integer_ops	<(bigint,smallint)	1	search
btree	integer_ops	<=(bigint,smallint)	2	search
btree	integer_ops	=(bigint,smallint)	3	search
btree	integer_ops	>=(bigint,smallint)	4	search
btree	integer_ops	>(bigint,smallint)	5	search
btree	integer_ops	<(integer,bigint)	1	search
btree	integer_ops	<=(integer,bigint)	2	search
btree	integer_ops	=(integer,bigint)	3	search
btree	integer_ops	>=(integer,bigint)	4	search
btree	integer_ops	>(integer,bigint)	5	search
btree	integer_ops	<(integer,smallint)	1	search
btree	integer_ops	<=(integer,smallint)	2	search
btree	integer_ops	=(integer,smallint)	3	search
btree	integer_ops	>=(integer,smallint)	4	search
btree	integer_ops	>(integer,smallint)	5	search
btree	integer_ops	<(smallint,bigint)	1	search
btree	integer_ops	<=(smallint,bigint)	2	search
btree	integer_ops	=(smallint,bigint)	3	search
btree	integer_ops	>=(smallint,bigint)	4	search
btree	integer_ops	>(smallint,bigint)	5	search
btree	integer_ops	<(smallint,integer)	1	search
btree	integer_ops	<=(smallint,integer)	2	search
btree	integer_ops	=(smallint,integer)	3	search
btree	integer_ops	>=(smallint,integer)	4	search
btree	integer_ops	>(smallint,integer)	5	search
btree	interval_ops	<(interval,interval)	1	search
btree	interval_ops	<=(interval,interval)	2	search
btree	interval_ops	=(interval,interval)	3	search
btree	interval_ops	>=(interval,interval)	4	search
btree	interval_ops	>(interval,interval)	5	search
btree	jsonb_ops	<(jsonb,jsonb)	1	search
btree	jsonb_ops	<=(jsonb,jsonb)	2	search
btree	jsonb_ops	=(jsonb,jsonb)	3	search
btree	jsonb_ops	>=(jsonb,jsonb)	4	search
btree	jsonb_ops	>(jsonb,jsonb)	5	search
btree	macaddr8_ops	<(macaddr8,macaddr8)	1	search
btree	macaddr8_ops	<=(macaddr8,macaddr8)	2	search
btree	macaddr8_ops	=(macaddr8,macaddr8)	3	search
btree	macaddr8_ops	>=(macaddr8,macaddr8)	4	search
btree	macaddr8_ops	>(macaddr8,macaddr8)	5	search
btree	macaddr_ops	<(macaddr,macaddr)	1	search
btree	macaddr_ops	<=(macaddr,macaddr)	2	search
btree	macaddr_ops	=(macaddr,macaddr)	3	search
btree	macaddr_ops	>=(macaddr,macaddr)	4	search
btree	macaddr_ops	>(macaddr,macaddr)	5	search
btree	money_ops	<(money,money)	1	search
btree	money_ops	<=(money,money)	2	search
btree	money_ops	=(money,money)	3	search
btree	money_ops	>=(money,money)	4	search
btree	money_ops	>(money,money)	5	search
btree	multirange_ops	<(anymultirange,anymultirange)	1	search
btree	multirange_ops	<=(anymultirange,anymultirange)	2	search
btree	multirange_ops	=(anymultirange,anymultirange)	3	search
btree	multirange_ops	>=(anymultirange,anymultirange)	4	search
btree	multirange_ops	>(anymultirange,anymultirange)	5	search
btree	network_ops	<(inet,inet)	1	search
btree	network_ops	<=(inet,inet)	2	search
btree	network_ops	=(inet,inet)	3	search
btree	network_ops	>=(inet,inet)	4	search
btree	network_ops	>(inet,inet)	5	search
btree	numeric_ops	<(numeric,numeric)	1	search
btree	numeric_ops	<=(numeric,numeric)	2	search
btree	numeric_ops	=(numeric,numeric)	3	search
btree	numeric_ops	>=(numeric,numeric)	4	search
btree	numeric_ops	>(numeric,numeric)	5	search
btree	oid_ops	<(oid,oid)	1	search
btree	oid_ops	<=(oid,oid)	2	search
btree	oid_ops	=(oid,oid)	3	search
btree	oid_ops	>=(oid,oid)	4	search
btree	oid_ops	>(oid,oid)	5	search
btree	oidvector_ops	<(oidvector,oidvector)	1	search
btree	oidvector_ops	<=(oidvector,oidvector)	2	search
btree	oidvector_ops	=(oidvector,oidvector)	3	search
btree	oidvector_ops	>=(oidvector,oidvector)	4	search
btree	oidvector_ops	>(oidvector,oidvector)	5	search
btree	pg_lsn_ops	<(pg_lsn,pg_lsn)	1	search
btree	pg_lsn_ops	<=(pg_lsn,pg_lsn)	2	search
btree	pg_lsn_ops	=(pg_lsn,pg_lsn)	3	search
btree	pg_lsn_ops	>=(pg_lsn,pg_lsn)	4	search
btree	pg_lsn_ops	>(pg_lsn,pg_lsn)	5	search
btree	range_ops	<(anyrange,anyrange)	1	search
btree	range_ops	<=(anyrange,anyrange)	2	search
btree	range_ops	=(anyrange,anyrange)	3	search
btree	range_ops	>=(anyrange,anyrange)	4	search
btree	range_ops	>(anyrange,anyrange)	5	search
btree	record_image_ops	*<(record,record)	1	search
btree	record_image_ops	*<=(record,record)	2	search
btree	record_image_ops	*=(record,record)	3	search
btree	record_image_ops	*>=(record,record)	4	search
btree	record_image_ops	*>(record,record)	5	search
btree	record_ops	<(record,record)	1	search
btree	record_ops	<=(record,record)	2	search
btree	record_ops	=(record,record)	3	search
btree	record_ops	>=(record,record)	4	search
btree	record_ops	>(record,record)	5	search
btree	text_ops	<(name,name)	1	search
btree	text_ops	<=(name,name)	2	search
btree	text_ops	=(name,name)	3	search
btree	text_ops	>=(name,name)	4	search
btree	text_ops	>(name,name)	5	search
btree	text_ops	<(text,text)	1	search
btree	text_ops	<=(text,text)	2	search
btree	text_ops	=(text,text)	3	search
btree	text_ops	>=(text,text)	4	search
btree	text_ops	>(text,text)	5	search
btree	text_ops	<(name,text)	1	search
btree	text_ops	<=(name,text)	2	search
btree	text_ops	=(name,text)	3	search
btree	text_ops	>=(name,text)	4	search
btree	text_ops	>(name,text)	5	search
btree	text_ops	<(text,name)	1	search
btree	text_ops	<=(text,name)	2	search
btree	text_ops	=(text,name)	3	search
btree	text_ops	>=(text,name)	4	search
btree	text_ops	>(text,name)	5	search
btree	text_pattern_ops	~<~(text,text)	1	search
btree	text_pattern_ops	~<=~(text,text)	2	search
btree	text_pattern_ops	=(text,text)	3	search
btree	text_pattern_ops	~>=~(text,text)	4	search
btree	text_pattern_ops	~>~(text,text)	5	search
btree	tid_ops	<(tid,tid)	1	search
btree	tid_ops	<=(tid,tid)	2	search
btree	tid_ops	=(tid,tid)	3	search
btree	tid_ops	>=(tid,tid)	4	search
btree	tid_ops	>(tid,tid)	5	search
btree	time_ops	<(time without time zone,time without time zone)	1	search
btree	time_ops	<=(time without time zone,time without time zone)	2	search
btree	time_ops	=(time without time zone,time without time zone)	3	search
btree	time_ops	>=(time without time zone,time without time zone)	4	search
btree	time_ops	>(time without time zone,time without time zone)	5	search
btree	timetz_ops	<(time with time zone,time with time zone)	1	search
btree	timetz_ops	<=(time with time zone,time with time zone)	2	search
btree	timetz_ops	=(time with time zone,time with time zone)	3	search
btree	timetz_ops	>=(time with time zone,time with time zone)	4	search
btree	timetz_ops	>(time with time zone,time with time zone)	5	search
btree	tsquery_ops	<(tsquery,tsquery)	1	search
btree	tsquery_ops	<=(tsquery,tsquery)	2	search
btree	tsquery_ops	=(tsquery,tsquery)	3	search
btree	tsquery_ops	>=(tsquery,tsquery)	4	search
btree	tsquery_ops	>(tsquery,tsquery)	5	search
btree	tsvector_ops	<(tsvector,tsvector)	1	search
btree	tsvector_ops	<=(tsvector,tsvector)	2	search
btree	tsvector_ops	=(tsvector,tsvector)	3	search
btree	tsvector_ops	>=(tsvector,tsvector)	4	search
btree	tsvector_ops	>(tsvector,tsvector)	5	search
btree	uuid_ops	<(uuid,uuid)	1	search
btree	uuid_ops	<=(uuid,uuid)	2	search
btree	uuid_ops	=(uuid,uuid)	3	search
btree	uuid_ops	>=(uuid,uuid)	4	search
btree	uuid_ops	>(uuid,uuid)	5	search
btree	varbit_ops	<(bit varying,bit varying)	1	search
btree	varbit_ops	<=(bit varying,bit varying)	2	search
btree	varbit_ops	=(bit varying,bit varying)	3	search
btree	varbit_ops	>=(bit varying,bit varying)	4	search
btree	varbit_ops	>(bit varying,bit varying)	5	search
btree	xid8_ops	<(xid8,xid8)	1	search
btree	xid8_ops	<=(xid8,xid8)	2	search
btree	xid8_ops	=(xid8,xid8)	3	search
btree	xid8_ops	>=(xid8,xid8)	4	search
btree	xid8_ops	>(xid8,xid8)	5	search
gin	array_ops	&&(anyarray,anyarray)	1	search
gin	array_ops	@>(anyarray,anyarray)	2	search
gin	array_ops	<@(anyarray,anyarray)	3	search
gin	array_ops	=(anyarray,anyarray)	4	search
gin	jsonb_ops	@>(jsonb,jsonb)	7	search
gin	jsonb_ops	@?(jsonb,jsonpath)	15	search
gin	jsonb_ops	@@(jsonb,jsonpath)	16	search
gin	jsonb_ops	?(jsonb,text)	9	search
gin	jsonb_ops	?|(jsonb,text[])	10	search
gin	jsonb_ops	?&(jsonb,text[])	11	search
gin	jsonb_path_ops	@>(jsonb,jsonb)	7	search
gin	jsonb_path_ops	@?(jsonb,jsonpath)	15	search
gin	jsonb_path_ops	@@(jsonb,jsonpath)	16	search
gin	tsvector_ops	@@(tsvector,tsquery)	1	search
gin	tsvector_ops	@@@(tsvector,tsquery)	2	search
gist	box_ops	<<(box,box)	1	search
gist	box_ops	&<(box,box)	2	search
gist	box_ops	&&(box,box)	3	search
gist	box_ops	&>(box,box)	4	search
gist	box_ops	>>(box,box)	5	search
gist	box_ops	~=(box,box)	6	search
gist	box_ops	@>(box,box)	7	search
gist	box_ops	<@(box,box)	8	search
gist	box_ops	&<|(box,box)	9	search
gist	box_ops	<<|(box,box)	10	search
gist	box_ops	|>>(box,box)	11	search
gist	box_ops	|&>(box,box)	12	search
gist	box_ops	<->(box,point)	15	ordering
gist	circle_ops	<<(circle,circle)	1	search
gist	circle_ops	&<(circle,circle)	2	search
gist	circle_ops	&&(circle,circle)	3	search
gist	circle_ops	&>(circle,circle)	4	search
gist	circle_ops	>>(circle,circle)	5	search
gist	circle_ops	~=(circle,circle)	6	search
gist	circle_ops	@>(circle,circle)	7	search
gist	circle_ops	<@(circle,circle)	8	search
gist	circle_ops	&<|(circle,circle)	9	search
gist	circle_ops	<<|(circle,circle)	10	search
gist	circle_ops	|>>(circle,circle)	11	search
gist	circle_ops	|&>(circle,circle)	12	search
gist	circle_ops	<->(circle,point)	15	ordering
gist	multirange_ops	<<(anymultirange,anymultirange)	1	search
gist	multirange_ops	&<(anymultirange,anymultirange)	2	search
gist	multirange_ops	&&(anymultirange,anymultirange)	3	search
gist	multirange_ops	&>(anymultirange,anymultirange)	4	search
gist	multirange_ops	>>(anymultirange,anymultirange)	5	search
gist	multirange_ops	-|-(anymultirange,anymultirange)	6	search
gist	multirange_ops	@>(anymultirange,anymultirange)	7	search
gist	multirange_ops	<@(anymultirange,anymultirange)	8	search
gist	multirange_ops	=(anymultirange,anymultirange)	18	search
gist	multirange_ops	@>(anymultirange,anyelement)	16	search
gist	multirange_ops	<<(anymultirange,anyrange)	1	search
gist	multirange_ops	&<(anymultirange,anyrange)	2	search
gist	multirange_ops	&&(anymultirange,anyrange)	3	search
gist	multirange_ops	&>(anymultirange,anyrange)	4	search
gist	multirange_ops	>>(anymultirange,anyrange)	5	search
gist	multirange_ops	-|-(anymultirange,anyrange)	6	search
gist	multirange_ops	@>(anymultirange,anyrange)	7	search
gist	multirange_ops	<@(anymultirange,anyrange)	8	search
gist	network_ops	&&(inet,inet)	3	search
gist	network_ops	=(inet,inet)	18	search
gist	network_ops	<>(inet,inet)	19	search
gist	network_ops	<(inet,inet)	20	search
gist	network_ops	<=(inet,inet)	21	search
gist	network_ops	>(inet,inet)	22	search
gist	network_ops	>=(inet,inet)	23	search
gist	network_ops	<<(inet,inet)	24	search
gist	network_ops	<<=(inet,inet)	25	search
gist	network_ops	>>(inet,inet)	26	search
gist	network_ops	>>=(inet,inet)	27	search
gist	point_ops	<<(point,point)	1	search
gist	point_ops	>>(point,point)	5	search
gist	point_ops	~=(point,point)	6	search
gist	point_ops	<<|(point,point)	10	search
gist	point_ops	|>>(point,point)	11	search
gist	point_ops	<->(point,point)	15	ordering
gist	point_ops	<^(point,point)	29	search
gist	point_ops	>^(point,point)	30	search
gist	point_ops	<@(point,box)	28	search
gist	point_ops	<@(point,circle)	68	search
gist	point_ops	<@(point,polygon)	48	search
gist	poly_ops	<<(polygon,polygon)	1	search
gist	poly_ops	&<(polygon,polygon)	2	search
gist	poly_ops	&&(polygon,polygon)	3	search
gist	poly_ops	&>(polygon,polygon)	4	search
gist	poly_ops	>>(polygon,polygon)	5	search
gist	poly_ops	~=(polygon,polygon)	6	search
gist	poly_ops	@>(polygon,polygon)	7	search
gist	poly_ops	<@(polygon,polygon)	8	search
gist	poly_ops	&<|(polygon,polygon)	9	search
gist	poly_ops	<<|(polygon,polygon)	10	search
gist	poly_ops	|>>(polygon,polygon)	11	search
gist	poly_ops	|&>(polygon,polygon)	12	search
gist	poly_ops	<->(polygon,point)	15	ordering
gist	range_ops	<<(anyrange,anyrange)	1	search
gist	range_ops	&<(anyrange,anyrange)	2	search
gist	range_ops	&&(anyrange,anyrange)	3	search
gist	range_ops	&>(anyrange,anyrange)	4	search
gist	range_ops	>>(anyrange,anyrange)	5	search
gist	range_ops	-|-(anyrange,anyrange)	6	search
gist	range_ops	@>(anyrange,anyrange)	7	search
gist	range_ops	<@(anyrange,anyrange)	8	search
gist	range_ops	=(anyrange,anyrange)	18	search
gist	range_ops	@>(anyrange,anyelement)	16	search
gist	range_ops	<<(anyrange,anymultirange)	1	search
gist	range_ops	&<(anyrange,anymultirange)	2	search
gist	range_ops	&&(anyrange,anymultirange)	3	search
gist	range_ops	&>(anyrange,anymultirange)	4	search
gist	range_ops	>>(anyrange,anymultirange)	5	search
gist	range_ops	-|-(anyrange,anymultirange)	6	search
gist	range_ops	@>(anyrange,anymultirange)	7	search
gist	range_ops	<@(anyrange,anymultirange)	8	search
gist	tsquery_ops	@>(tsquery,tsquery)	7	search
gist	tsquery_ops	<@(tsquery,tsquery)	8	search
gist	tsvector_ops	@@(tsvector,tsquery)	1	search
hash	aclitem_ops	=(aclitem,aclitem)	1	search
hash	array_ops	=(anyarray,anyarray)	1	search
hash	bool_ops	=(boolean,boolean)	1	search
hash	bpchar_ops	=(character,character)	1	search
hash	bpchar_pattern_ops	=(character,character)	1	search
hash	bytea_ops	=(bytea,bytea)	1	search
hash	char_ops	=("char","char")	1	search
hash	cid_ops	=(cid,cid)	1	search
hash	date_ops	=(date,date)	1	search
hash	enum_ops	=(anyenum,anyenum)	1	search
hash	float_ops	=(double precision,double precision)	1	search
hash	float_ops	=(real,real)	1	search
hash	float_ops	=(double precision,real)	1	search
hash	float_ops	=(real,double precision)	1	search
hash	integer_ops	=(bigint,bigint)	1	search
hash	integer_ops	=(integer,integer)	1	search
hash	integer_ops	=(smallint,smallint)	1	search
hash	integer_ops	=(bigint,integer)	1	search
hash	integer_ops	=(bigint,smallint)	1	search
hash	integer_ops	=(integer,bigint)	1	search
hash	integer_ops	=(integer,smallint)	1	search
hash	integer_ops	=(smallint,bigint)	1	search
hash	integer_ops	=(smallint,integer)	1	search
hash	interval_ops	=(interval,interval)	1	search
hash	jsonb_ops	=(jsonb,jsonb)	1	search
hash	macaddr8_ops	=(macaddr8,macaddr8)	1	search
hash	macaddr_ops	=(macaddr,macaddr)	1	search
hash	multirange_ops	=(anymultirange,anymultirange)	1	search
hash	network_ops	=(inet,inet)	1	search
hash	numeric_ops	=(numeric,numeric)	1	search
hash	oid_ops	=(oid,oid)	1	search
hash	oidvector_ops	=(oidvector,oidvector)	1	search
hash	pg_lsn_ops	=(pg_lsn,pg_lsn)	1	search
hash	range_ops	=(anyrange,anyrange)	1	search
hash	record_ops	=(record,record)	1	search
hash	text_ops	=(name,name)	1	search
hash	text_ops	=(text,text)	1	search
hash	text_ops	=(name,text)	1	search
hash	text_ops	=(text,name)	1	search
hash	text_pattern_ops	=(text,text)	1	search
hash	tid_ops	=(tid,tid)	1	search
hash	time_ops	=(time without time zone,time without time zone)	1	search
hash	timestamp_ops	=(timestamp without time zone,timestamp without time zone)	1	search
hash	timestamptz_ops	=(timestamp with time zone,timestamp with time zone)	1	search
hash	timetz_ops	=(time with time zone,time with time zone)	1	search
hash	uuid_ops	=(uuid,uuid)	1	search
hash	xid8_ops	=(xid8,xid8)	1	search
hash	xid_ops	=(xid,xid)	1	search
spgist	box_ops	<<(box,box)	1	search
spgist	box_ops	&<(box,box)	2	search
spgist	box_ops	&&(box,box)	3	search
spgist	box_ops	&>(box,box)	4	search
spgist	box_ops	>>(box,box)	5	search
spgist	box_ops	~=(box,box)	6	search
spgist	box_ops	@>(box,box)	7	search
spgist	box_ops	<@(box,box)	8	search
spgist	box_ops	&<|(box,box)	9	search
spgist	box_ops	<<|(box,box)	10	search
spgist	box_ops	|>>(box,box)	11	search
spgist	box_ops	|&>(box,box)	12	search
spgist	box_ops	<->(box,point)	15	ordering
spgist	kd_point_ops	<<(point,point)	1	search
spgist	kd_point_ops	>>(point,point)	5	search
spgist	kd_point_ops	~=(point,point)	6	search
spgist	kd_point_ops	<<|(point,point)	10	search
spgist	kd_point_ops	|>>(point,point)	11	search
spgist	kd_point_ops	<->(point,point)	15	ordering
spgist	kd_point_ops	<^(point,point)	29	search
spgist	kd_point_ops	>^(point,point)	30	search
spgist	kd_point_ops	<@(point,box)	8	search
spgist	network_ops	&&(inet,inet)	3	search
spgist	network_ops	=(inet,inet)	18	search
spgist	network_ops	<>(inet,inet)	19	search
spgist	network_ops	<(inet,inet)	20	search
spgist	network_ops	<=(inet,inet)	21	search
spgist	network_ops	>(inet,inet)	22	search
spgist	network_ops	>=(inet,inet)	23	search
spgist	network_ops	<<(inet,inet)	24	search
spgist	network_ops	<<=(inet,inet)	25	search
spgist	network_ops	>>(inet,inet)	26	search
spgist	network_ops	>>=(inet,inet)	27	search
spgist	poly_ops	<<(polygon,polygon)	1	search
spgist	poly_ops	&<(polygon,polygon)	2	search
spgist	poly_ops	&&(polygon,polygon)	3	search
spgist	poly_ops	&>(polygon,polygon)	4	search
spgist	poly_ops	>>(polygon,polygon)	5	search
spgist	poly_ops	~=(polygon,polygon)	6	search
spgist	poly_ops	@>(polygon,polygon)	7	search
spgist	poly_ops	<@(polygon,polygon)	8	search
spgist	poly_ops	&<|(polygon,polygon)	9	search
spgist	poly_ops	<<|(polygon,polygon)	10	search
spgist	poly_ops	|>>(polygon,polygon)	11	search
spgist	poly_ops	|&>(polygon,polygon)	12	search
spgist	poly_ops	<->(polygon,point)	15	ordering
spgist	quad_point_ops	<<(point,point)	1	search
spgist	quad_point_ops	>>(point,point)	5	search
spgist	quad_point_ops	~=(point,point)	6	search
spgist	quad_point_ops	<<|(point,point)	10	search
spgist	quad_point_ops	|>>(point,point)	11	search
spgist	quad_point_ops	<->(point,point)	15	ordering
spgist	quad_point_ops	<^(point,point)	29	search
spgist	quad_point_ops	>^(point,point)	30	search
spgist	quad_point_ops	<@(point,box)	8	search
spgist	range_ops	<<(anyrange,anyrange)	1	search
spgist	range_ops	&<(anyrange,anyrange)	2	search
spgist	range_ops	&&(anyrange,anyrange)	3	search
spgist	range_ops	&>(anyrange,anyrange)	4	search
spgist	range_ops	>>(anyrange,anyrange)	5	search
spgist	range_ops	-|-(anyrange,anyrange)	6	search
spgist	range_ops	@>(anyrange,anyrange)	7	search
spgist	range_ops	<@(anyrange,anyrange)	8	search
spgist	range_ops	=(anyrange,anyrange)	18	search
spgist	range_ops	@>(anyrange,anyelement)	16	search
spgist	text_ops	~<~(text,text)	1	search
spgist	text_ops	~<=~(text,text)	2	search
spgist	text_ops	=(text,text)	3	search
spgist	text_ops	~>=~(text,text)	4	search
spgist	text_ops	~>~(text,text)	5	search
spgist	text_ops	<(text,text)	11	search
spgist	text_ops	<=(text,text)	12	search
spgist	text_ops	>=(text,text)	14	search
spgist	text_ops	>(text,text)	15	search
spgist	text_ops	^@(text,text)	28	search
