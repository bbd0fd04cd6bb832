-- psql 15: \dAc

SELECT
  am.amname AS "AM",
  pg_catalog.format_type(c.opcintype, NULL) AS "Input type",
  CASE
    WHEN c.opckeytype <> 0 AND c.opckeytype <> c.opcintype
    THEN pg_catalog.format_type(c.opckeytype, NULL)
    ELSE NULL
  END AS "Storage type",
  CASE
    WHEN pg_catalog.pg_opclass_is_visible(c.oid)
    THEN pg_catalog.format('%I', c.opcname)
    ELSE pg_catalog.format('%I.%I', n.nspname, c.opcname)
  END AS "Operator class",
  (CASE WHEN c.opcdefault
    THEN 'yes'
    ELSE 'no'
  END) AS "Default?"
FROM pg_catalog.pg_opclass c
  LEFT JOIN pg_catalog.pg_am am on am.oid = c.opcmethod
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
  LEFT JOIN pg_catalog.pg_type t ON t.oid = c.opcintype
  LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
ORDER BY 1, 2, 4;
---- 5 columns, 177 rows
brin	"char"	\N	char_bloom_ops	no
brin	"char"	\N	char_minmax_ops	yes
brin	anyrange	\N	range_inclusion_ops	yes
brin	bigint	\N	int8_bloom_ops	no
brin	bigint	\N	int8_minmax_multi_ops	no
brin	bigint	\N	int8_minmax_ops	yes
brin	bit	\N	bit_minmax_ops	yes
brin	bit varying	\N	varbit_minmax_ops	yes
brin	box	\N	box_inclusion_ops	yes
brin	bytea	\N	bytea_bloom_ops	no
brin	bytea	\N	bytea_minmax_ops	yes
brin	character	\N	bpchar_bloom_ops	no
brin	character	\N	bpchar_minmax_ops	yes
brin	date	\N	date_bloom_ops	no
brin	date	\N	date_minmax_multi_ops	no
brin	date	\N	date_minmax_ops	yes
brin	double precision	\N	float8_bloom_ops	no
brin	double precision	\N	float8_minmax_multi_ops	no
brin	double precision	\N	float8_minmax_ops	yes
brin	inet	\N	inet_bloom_ops	no
brin	inet	\N	inet_inclusion_ops	yes
brin	inet	\N	inet_minmax_multi_ops	no
brin	inet	\N	inet_minmax_ops	no
brin	integer	\N	int4_bloom_ops	no
brin	integer	\N	int4_minmax_multi_ops	no
brin	integer	\N	int4_minmax_ops	yes
brin	interval	\N	interval_bloom_ops	no
brin	interval	\N	interval_minmax_multi_ops	no
brin	interval	\N	interval_minmax_ops	yes
brin	macaddr	\N	macaddr_bloom_ops	no
brin	macaddr	\N	macaddr_minmax_multi_ops	no
brin	macaddr	\N	macaddr_minmax_ops	yes
brin	macaddr8	\N	macaddr8_bloom_ops	no
brin	macaddr8	\N	macaddr8_minmax_multi_ops	no
brin	macaddr8	\N	macaddr8_minmax_ops	yes
brin	name	\N	name_bloom_ops	no
brin	name	\N	name_minmax_ops	yes
brin	numeric	\N	numeric_bloom_ops	no
brin	numeric	\N	numeric_minmax_multi_ops	no
brin	numeric	\N	numeric_minmax_ops	yes
brin	oid	\N	oid_bloom_ops	no
brin	oid	\N	oid_minmax_multi_ops	no
brin	oid	\N	oid_minmax_ops	yes
brin	pg_lsn	\N	pg_lsn_bloom_ops	no
brin	pg_lsn	\N	pg_lsn_minmax_multi_ops	no
brin	pg_lsn	\N	pg_lsn_minmax_ops	yes
brin	real	\N	float4_bloom_ops	no
brin	real	\N	float4_minmax_multi_ops	no
brin	real	\N	float4_minmax_ops	yes
brin	smallint	\N	int2_bloom_ops	no
brin	smallint	\N	int2_minmax_multi_ops	no
brin	smallint	\N	int2_minmax_ops	yes
brin	text	\N	text_bloom_ops	no
brin	text	\N	text_minmax_ops	yes
brin	tid	\N	tid_bloom_ops	no
brin	tid	\N	tid_minmax_multi_ops	no
brin	tid	\N	tid_minmax_ops	yes
brin	time with time zone	\N	timetz_bloom_ops	no
brin	time with time zone	\N	timetz_minmax_multi_ops	no
brin	time with time zone	\N	timetz_minmax_ops	yes
brin	time without time zone	\N	time_bloom_ops	no
brin	time without time zone	\N	time_minmax_multi_ops	no
brin	time without time zone	\N	time_minmax_ops	yes
brin	timestamp with time zone	\N	timestamptz_bloom_ops	no
brin	timestamp with time zone	\N	timestamptz_minmax_multi_ops	no
brin	timestamp with time zone	\N	timestamptz_minmax_ops	yes
brin	timestamp without time zone	\N	timestamp_bloom_ops	no
brin	timestamp without time zone	\N	timestamp_minmax_multi_ops	no
brin	timestamp without time zone	\N	timestamp_minmax_ops	yes
brin	uuid	\N	uuid_bloom_ops	no
brin	uuid	\N	uuid_minmax_multi_ops	no
brin	uuid	\N	uuid_minmax_ops	yes
btree	"char"	\N	char_ops	yes
btree	anyarray	\N	array_ops	yes
btree	anyenum	\N	enum_ops	yes
btree	anymultirange	\N	multirange_ops	yes
btree	anyrange	\N	range_ops	yes
btree	bigint	\N	int8_ops	yes
btree	bit	\N	bit_ops	yes
btree	bit varying	\N	varbit_ops	yes
btree	boolean	\N	bool_ops	yes
btree	bytea	\N	bytea_ops	yes
btree	character	\N	bpchar_ops	yes
btree	character	\N	bpchar_pattern_ops	no
btree	date	\N	date_ops	yes
btree	double precision	\N	float8_ops	yes
btree	inet	\N	cidr_ops	no
btree	inet	\N	inet_ops	yes
btree	integer	\N	int4_ops	yes
btree	interval	\N	interval_ops	yes
btree	jsonb	\N	jsonb_ops	yes
btree	macaddr	\N	macaddr_ops	yes
btree	macaddr8	\N	macaddr8_ops	yes
btree	money	\N	money_ops	yes
btree	name	cstring	name_ops	yes
btree	numeric	\N	numeric_ops	yes
btree	oid	\N	oid_ops	yes
btree	oidvector	\N	oidvector_ops	yes
btree	pg_lsn	\N	pg_lsn_ops	yes
btree	real	\N	float4_ops	yes
btree	record	\N	record_image_ops	no
btree	record	\N	record_ops	yes
btree	smallint	\N	int2_ops	yes
btree	text	\N	text_ops	yes
btree	text	\N	text_pattern_ops	no
btree	text	\N	varchar_ops	no
btree	text	\N	varchar_pattern_ops	no
btree	tid	\N	tid_ops	yes
btree	time with time zone	\N	timetz_ops	yes
btree	time without time zone	\N	time_ops	yes
btree	timestamp with time zone	\N	timestamptz_ops	yes
btree	timestamp without time zone	\N	timestamp_ops	yes
btree	tsquery	\N	tsquery_ops	yes
btree	tsvector	\N	tsvector_ops	yes
btree	uuid	\N	uuid_ops	yes
btree	xid8	\N	xid8_ops	yes
gin	anyarray	anyelement	array_ops	yes
gin	jsonb	text	jsonb_ops	yes
gin	jsonb	integer	jsonb_path_ops	no
gin	tsvector	text	tsvector_ops	yes
gist	anymultirange	anyrange	multirange_ops	yes
gist	anyrange	\N	range_ops	yes
gist	box	\N	box_ops	yes
gist	circle	box	circle_ops	yes
gist	inet	\N	inet_ops	no
gist	point	box	point_ops	yes
gist	polygon	box	poly_ops	yes
gist	tsquery	bigint	tsquery_ops	yes
gist	tsvector	gtsvector	tsvector_ops	yes
hash	"char"	\N	char_ops	yes
hash	aclitem	\N	aclitem_ops	yes
hash	anyarray	\N	array_ops	yes
hash	anyenum	\N	enum_ops	yes
hash	anymultirange	\N	multirange_ops	yes
hash	anyrange	\N	range_ops	yes
hash	bigint	\N	int8_ops	yes
hash	boolean	\N	bool_ops	yes
hash	bytea	\N	bytea_ops	yes
hash	character	\N	bpchar_ops	yes
hash	character	\N	bpchar_pattern_ops	no
hash	cid	\N	cid_ops	yes
hash	date	\N	date_ops	yes
hash	double precision	\N	float8_ops	yes
hash	inet	\N	cidr_ops	no
hash	inet	\N	inet_ops	yes
hash	integer	\N	int4_ops	yes
hash	interval	\N	interval_ops	yes
hash	jsonb	\N	jsonb_ops	yes
hash	macaddr	\N	macaddr_ops	yes
hash	macaddr8	\N	macaddr8_ops	yes
hash	name	\N	name_ops	yes
hash	numeric	\N	numeric_ops	yes
hash	oid	\N	oid_ops	yes
hash	oidvector	\N	oidvector_ops	yes
hash	pg_lsn	\N	pg_lsn_ops	yes
hash	real	\N	float4_ops	yes
hash	record	\N	record_ops	yes
hash	smallint	\N	int2_ops	yes
hash	text	\N	text_ops	yes
hash	text	\N	text_pattern_ops	no
hash	text	\N	varchar_ops	no
hash	text	\N	varchar_pattern_ops	no
hash	tid	\N	tid_ops	yes
hash	time with time zone	\N	timetz_ops	yes
hash	time without time zone	\N	time_ops	yes
hash	timestamp with time zone	\N	timestamptz_ops	yes
hash	timestamp without time zone	\N	timestamp_ops	yes
hash	uuid	\N	uuid_ops	yes
hash	xid	\N	xid_ops	yes
hash	xid8	\N	xid8_ops	yes
spgist	anyrange	\N	range_ops	yes
spgist	box	\N	box_ops	yes
spgist	inet	\N	inet_ops	yes
spgist	point	\N	kd_point_ops	no
spgist	point	\N	quad_point_ops	yes
spgist	polygon	box	poly_ops	yes
spgist	text	\N	text_ops	yes
