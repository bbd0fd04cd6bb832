-- psql 15: \dAf

SELECT
  am.amname AS "AM",
  CASE
    WHEN pg_catalog.pg_opfamily_is_visible(f.oid)
    THEN pg_catalog.format('%I', f.opfname)
    ELSE pg_catalog.format('%I.%I', n.nspname, f.opfname)
  END AS "Operator family",
  (SELECT
     pg_catalog.string_agg(pg_catalog.format_type(oc.opcintype, NULL), ', ')
   FROM pg_catalog.pg_opclass oc
   WHERE oc.opcfamily = f.oid) "Applicable types"
FROM pg_catalog.pg_opfamily f
  LEFT JOIN pg_catalog.pg_am am on am.oid = f.opfmethod
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
ORDER BY 1, 2;
---- 3 columns, 146 rows
brin	bit_minmax_ops	bit
brin	box_inclusion_ops	box
brin	bpchar_bloom_ops	character
brin	bpchar_minmax_ops	character
brin	bytea_bloom_ops	bytea
brin	bytea_minmax_ops	bytea
brin	char_bloom_ops	"char"
brin	char_minmax_ops	"char"
brin	datetime_bloom_ops	date, timestamp without time zone, timestamp with time zone
brin	datetime_minmax_multi_ops	date, timestamp without time zone, timestamp with time zone
brin	datetime_minmax_ops	date, timestamp without time zone, timestamp with time zone
brin	float_bloom_ops	real, double precision
brin	float_minmax_multi_ops	real, double precision
brin	float_minmax_ops	real, double precision
brin	integer_bloom_ops	bigint, smallint, integer
brin	integer_minmax_multi_ops	bigint, smallint, integer
brin	integer_minmax_ops	bigint, smallint, integer
brin	interval_bloom_ops	interval
brin	interval_minmax_multi_ops	interval
brin	interval_minmax_ops	interval
brin	macaddr8_bloom_ops	macaddr8
brin	macaddr8_minmax_multi_ops	macaddr8
brin	macaddr8_minmax_ops	macaddr8
brin	macaddr_bloom_ops	macaddr
brin	macaddr_minmax_multi_ops	macaddr
brin	macaddr_minmax_ops	macaddr
brin	name_bloom_ops	name
brin	name_minmax_ops	name
brin	network_bloom_ops	inet
brin	network_inclusion_ops	inet
brin	network_minmax_multi_ops	inet
brin	network_minmax_ops	inet
brin	numeric_bloom_ops	numeric
brin	numeric_minmax_multi_ops	numeric
brin	numeric_minmax_ops	numeric
brin	oid_bloom_ops	oid
brin	oid_minmax_multi_ops	oid
brin	oid_minmax_ops	oid
brin	pg_lsn_bloom_ops	pg_lsn
brin	pg_lsn_minmax_multi_ops	pg_lsn
brin	pg_lsn_minmax_ops	pg_lsn
brin	range_inclusion_ops	anyrange
brin	text_bloom_ops	text
brin	text_minmax_ops	text
brin	tid_bloom_ops	tid
brin	tid_minmax_multi_ops	tid
brin	tid_minmax_ops	tid
brin	time_bloom_ops	time without time zone
brin	time_minmax_multi_ops	time without time zone
brin	time_minmax_ops	time without time zone
brin	timetz_bloom_ops	time with time zone
brin	timetz_minmax_multi_ops	time with time zone
brin	timetz_minmax_ops	time with time zone
brin	uuid_bloom_ops	uuid
brin	uuid_minmax_multi_ops	uuid
brin	uuid_minmax_ops	uuid
brin	varbit_minmax_ops	bit varying
btree	array_ops	anyarray
btree	bit_ops	bit
btree	bool_ops	boolean
btree	bpchar_ops	character
btree	bpchar_pattern_ops	character
btree	bytea_ops	bytea
btree	char_ops	"char"
btree	datetime_ops	date, timestamp with time zone, timestamp without time zone
btree	enum_ops	anyenum
btree	float_ops	real, double precision
btree	integer_ops	smallint, integer, bigint
btree	interval_ops	interval
btree	jsonb_ops	jsonb
btree	macaddr8_ops	macaddr8
btree	macaddr_ops	macaddr
btree	money_ops	money
btree	multirange_ops	anymultirange
btree	network_ops	inet, inet
btree	numeric_ops	numeric
btree	oid_ops	oid
btree	oidvector_ops	oidvector
btree	pg_lsn_ops	pg_lsn
btree	range_ops	anyrange
btree	record_image_ops	record
btree	record_ops	record
btree	text_ops	name, text, text
btree	text_pattern_ops	text, text
btree	tid_ops	tid
btree	time_ops	time without time zone
btree	timetz_ops	time with time zone
btree	tsquery_ops	tsquery
btree	tsvector_ops	tsvector
btree	uuid_ops	uuid
btree	varbit_ops	bit varying
btree	xid8_ops	xid8
gin	array_ops	anyarray
gin	jsonb_ops	jsonb
gin	jsonb_path_ops	jsonb
gin	tsvector_ops	tsvector
gist	box_ops	box
gist	circle_ops	circle
gist	multirange_ops	anymultirange
gist	network_ops	inet
gist	point_ops	point
gist	poly_ops	polygon
gist	range_ops	anyrange
gist	tsquery_ops	tsquery
gist	tsvector_ops	tsvector
hash	aclitem_ops	aclitem
hash	array_ops	anyarray
hash	bool_ops	boolean
hash	bpchar_ops	character
hash	bpchar_pattern_ops	character
hash	bytea_ops	bytea
hash	char_ops	"char"
hash	cid_ops	cid
hash	date_ops	date
hash	enum_ops	anyenum
hash	float_ops	real, double precision
hash	integer_ops	smallint, integer, bigint
hash	interval_ops	interval
hash	jsonb_ops	jsonb
hash	macaddr8_ops	macaddr8
hash	macaddr_ops	macaddr
hash	multirange_ops	anymultirange
hash	network_ops	inet, inet
hash	numeric_ops	numeric
hash	oid_ops	oid
hash	oidvector_ops	oidvector
hash	pg_lsn_ops	pg_lsn
hash	range_ops	anyrange
hash	record_ops	record
hash	text_ops	name, text, text
hash	text_pattern_ops	text, text
hash	tid_ops	tid
hash	time_ops	time without time zone
hash	timestamp_ops	timestamp without time zone
hash	timestamptz_ops	timestamp with time zone
hash	timetz_ops	time with time zone
hash	uuid_ops	uuid
hash	xid8_ops	xid8
hash	xid_ops	xid
spgist	box_ops	box
spgist	kd_point_ops	point
spgist	network_ops	inet
spgist	poly_ops	polygon
spgist	quad_point_ops	point
spgist	range_ops	anyrange
spgist	text_ops	text
