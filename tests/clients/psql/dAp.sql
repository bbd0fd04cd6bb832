-- psql 15: \dAp

SELECT
  am.amname AS "AM",
  CASE
    WHEN pg_catalog.pg_opfamily_is_visible(of.oid)
    THEN pg_catalog.format('%I', of.opfname)
    ELSE pg_catalog.format('%I.%I', ns.nspname, of.opfname)
  END AS "Operator family",
  pg_catalog.format_type(ap.amproclefttype, NULL) AS "Registered left type",
  pg_catalog.format_type(ap.amprocrighttype, NULL) AS "Registered right type",
  ap.amprocnum AS "Number"
, p.proname AS "Function"
FROM pg_catalog.pg_amproc ap
  LEFT JOIN pg_catalog.pg_opfamily of ON of.oid = ap.amprocfamily
  LEFT JOIN pg_catalog.pg_am am ON am.oid = of.opfmethod
  LEFT JOIN pg_catalog.pg_namespace ns ON of.opfnamespace = ns.oid
  LEFT JOIN pg_catalog.pg_proc p ON ap.amproc = p.oid
ORDER BY 1, 2,
  ap.amproclefttype = ap.amprocrighttype DESC,
  3, 4, 5;
---- 6 columns, 696 rows
brin	bit_minmax_ops	bit	bit	1	brin_minmax_opcinfo
brin	bit_minmax_ops	bit	bit	2	brin_minmax_add_value
brin	bit_minmax_ops	bit	bit	3	brin_minmax_consistent
brin	bit_minmax_ops	bit	bit	4	brin_minmax_union
brin	box_inclusion_ops	box	box	1	brin_inclusion_opcinfo
brin	box_inclusion_ops	box	box	2	brin_inclusion_add_value
brin	box_inclusion_ops	box	box	3	brin_inclusion_consistent
brin	box_inclusion_ops	box	box	4	brin_inclusion_union
brin	box_inclusion_ops	box	box	11	bound_box
brin	box_inclusion_ops	box	box	13	box_contain
brin	bpchar_bloom_ops	character	character	1	brin_bloom_opcinfo
brin	bpchar_bloom_ops	character	character	2	brin_bloom_add_value
brin	bpchar_bloom_ops	character	character	3	brin_bloom_consistent
brin	bpchar_bloom_ops	character	character	4	brin_bloom_union
brin	bpchar_bloom_ops	character	character	5	brin_bloom_options
brin	bpchar_bloom_ops	character	character	11	hashbpchar
brin	bpchar_minmax_ops	character	character	1	brin_minmax_opcinfo
brin	bpchar_minmax_ops	character	character	2	brin_minmax_add_value
brin	bpchar_minmax_ops	character	character	3	brin_minmax_consistent
brin	bpchar_minmax_ops	character	character	4	brin_minmax_union
brin	bytea_bloom_ops	bytea	bytea	1	brin_bloom_opcinfo
brin	bytea_bloom_ops	bytea	bytea	2	brin_bloom_add_value
brin	bytea_bloom_ops	bytea	bytea	3	brin_bloom_consistent
brin	bytea_bloom_ops	bytea	bytea	4	brin_bloom_union
brin	bytea_bloom_ops	bytea	bytea	5	brin_bloom_options
brin	bytea_bloom_ops	bytea	bytea	11	hashvarlena
brin	bytea_minmax_ops	bytea	bytea	1	brin_minmax_opcinfo
brin	bytea_minmax_ops	bytea	bytea	2	brin_minmax_add_value
brin	bytea_minmax_ops	bytea	bytea	3	brin_minmax_consistent
brin	bytea_minmax_ops	bytea	bytea	4	brin_minmax_union
brin	char_bloom_ops	"char"	"char"	1	brin_bloom_opcinfo
brin	char_bloom_ops	"char"	"char"	2	brin_bloom_add_value
brin	char_bloom_ops	"char"	"char"	3	brin_bloom_consistent
brin	char_bloom_ops	"char"	"char"	4	brin_bloom_union
brin	char_bloom_ops	"char"	"char"	5	brin_bloom_options
brin	char_bloom_ops	"char"	"char"	11	hashchar
brin	char_minmax_ops	"char"	"char"	1	brin_minmax_opcinfo
brin	char_minmax_ops	"char"	"char"	2	brin_minmax_add_value
brin	char_minmax_ops	"char"	"char"	3	brin_minmax_consistent
brin	char_minmax_ops	"char"	"char"	4	brin_minmax_union
brin	datetime_bloom_ops	date	date	1	brin_bloom_opcinfo
brin	datetime_bloom_ops	date	date	2	brin_bloom_add_value
brin	datetime_bloom_ops	date	date	3	brin_bloom_consistent
brin	datetime_bloom_ops	date	date	4	brin_bloom_union
brin	datetime_bloom_ops	date	date	5	brin_bloom_options
brin	datetime_bloom_ops	date	date	11	hashint4
brin	datetime_bloom_ops	timestamp with time zone	timestamp with time zone	1	brin_bloom_opcinfo
brin	datetime_bloom_ops	timestamp with time zone	timestamp with time zone	2	brin_bloom_add_value
brin	datetime_bloom_ops	timestamp with time zone	timestamp with time zone	3	brin_bloom_consistent
brin	datetime_bloom_ops	timestamp with time zone	timestamp with time zone	4	brin_bloom_union
brin	datetime_bloom_ops	timestamp with time zone	timestamp with time zone	5	brin_bloom_options
brin	datetime_bloom_ops	timestamp with time zone	timestamp with time zone	11	timestamp_hash
brin	datetime_bloom_ops	timestamp without time zone	timestamp without time zone	1	brin_bloom_opcinfo
brin	datetime_bloom_ops	timestamp without time zone	timestamp without time zone	2	brin_bloom_add_value
brin	datetime_bloom_ops	timestamp without time zone	timestamp without time zone	3	brin_bloom_consistent
brin	datetime_bloom_ops	timestamp without time zone	timestamp without time zone	4	brin_bloom_union
brin	datetime_bloom_ops	timestamp without time zone	timestamp without time zone	5	brin_bloom_options
brin	datetime_bloom_ops	timestamp without time zone	timestamp without time zone	11	timestamp_hash
brin	datetime_minmax_multi_ops	date	date	1	brin_minmax_multi_opcinfo
brin	datetime_minmax_multi_ops	date	date	2	brin_minmax_multi_add_value
brin	datetime_minmax_multi_ops	date	date	3	brin_minmax_multi_consistent
brin	datetime_minmax_multi_ops	date	date	4	brin_minmax_multi_union
brin	datetime_minmax_multi_ops	date	date	5	brin_minmax_multi_options
brin	datetime_minmax_multi_ops	date	date	11	brin_minmax_multi_distance_date
brin	datetime_minmax_multi_ops	timestamp with time zone	timestamp with time zone	1	brin_minmax_multi_opcinfo
brin	datetime_minmax_multi_ops	timestamp with time zone	timestamp with time zone	2	brin_minmax_multi_add_value
brin	datetime_minmax_multi_ops	timestamp with time zone	timestamp with time zone	3	brin_minmax_multi_consistent
brin	datetime_minmax_multi_ops	timestamp with time zone	timestamp with time zone	4	brin_minmax_multi_union
brin	datetime_minmax_multi_ops	timestamp with time zone	timestamp with time zone	5	brin_minmax_multi_options
brin	datetime_minmax_multi_ops	timestamp with time zone	timestamp with time zone	11	brin_minmax_multi_distance_timestamp
brin	datetime_minmax_multi_ops	timestamp without time zone	timestamp without time zone	1	brin_minmax_multi_opcinfo
brin	datetime_minmax_multi_ops	timestamp without time zone	timestamp without time zone	2	brin_minmax_multi_add_value
brin	datetime_minmax_multi_ops	timestamp without time zone	timestamp without time zone	3	brin_minmax_multi_consistent
brin	datetime_minmax_multi_ops	timestamp without time zone	timestamp without time zone	4	brin_minmax_multi_union
brin	datetime_minmax_multi_ops	timestamp without time zone	timestamp without time zone	5	brin_minmax_multi_options
brin	datetime_minmax_multi_ops	timestamp without time zone	timestamp without time zone	11	brin_minmax_multi_distance_timestamp
brin	datetime_minmax_ops	date	date	1	brin_minmax_opcinfo
brin	datetime_minmax_ops	date	date	2	brin_minmax_add_value
brin	datetime_minmax_ops	date	date	3	brin_minmax_consistent
brin	datetime_minmax_ops	date	date	4	brin_minmax_union
brin	datetime_minmax_ops	timestamp with time zone	timestamp with time zone	1	brin_minmax_opcinfo
brin	datetime_minmax_ops	timestamp with time zone	timestamp with time zone	2	brin_minmax_add_value
brin	datetime_minmax_ops	timestamp with time zone	timestamp with time zone	3	brin_minmax_consistent
brin	datetime_minmax_ops	timestamp with time zone	timestamp with time zone	4	brin_minmax_union
brin	datetime_minmax_ops	timestamp without time zone	timestamp without time zone	1	brin_minmax_opcinfo
brin	datetime_minmax_ops	timestamp without time zone	timestamp without time zone	2	brin_minmax_add_value
brin	datetime_minmax_ops	timestamp without time zone	timestamp without time zone	3	brin_minmax_consistent
brin	datetime_minmax_ops	timestamp without time zone	timestamp without time zone	4	brin_minmax_union
brin	float_bloom_ops	double precision	double precision	1	brin_bloom_opcinfo
brin	float_bloom_ops	double precision	double precision	2	brin_bloom_add_value
brin	float_bloom_ops	double precision	double precision	3	brin_bloom_consistent
brin	float_bloom_ops	double precision	double precision	4	brin_bloom_union
brin	float_bloom_ops	double precision	double precision	5	brin_bloom_options
brin	float_bloom_ops	double precision	double precision	11	hashfloat8
brin	float_bloom_ops	real	real	1	brin_bloom_opcinfo
brin	float_bloom_ops	real	real	2	brin_bloom_add_value
brin	float_bloom_ops	real	real	3	brin_bloom_consistent
brin	float_bloom_ops	real	real	4	brin_bloom_union
brin	float_bloom_ops	real	real	5	brin_bloom_options
brin	float_bloom_ops	real	real	11	hashfloat4
brin	float_minmax_multi_ops	double precision	double precision	1	brin_minmax_multi_opcinfo
brin	float_minmax_multi_ops	double precision	double precision	2	brin_minmax_multi_add_value
brin	float_minmax_multi_ops	double precision	double precision	3	brin_minmax_multi_consistent
brin	float_minmax_multi_ops	double precision	double precision	4	brin_minmax_multi_union
brin	float_minmax_multi_ops	double precision	double precision	5	brin_minmax_multi_options
brin	float_minmax_multi_ops	double precision	double precision	11	brin_minmax_multi_distance_float8
brin	float_minmax_multi_ops	real	real	1	brin_minmax_multi_opcinfo
brin	float_minmax_multi_ops	real	real	2	brin_minmax_multi_add_value
brin	float_minmax_multi_ops	real	real	3	brin_minmax_multi_consistent
brin	float_minmax_multi_ops	real	real	4	brin_minmax_multi_union
brin	float_minmax_multi_ops	real	real	5	brin_minmax_multi_options
brin	float_minmax_multi_ops	real	real	11	brin_minmax_multi_distance_float4
brin	float_minmax_ops	double precision	double precision	1	brin_minmax_opcinfo
brin	float_minmax_ops	double precision	double precision	2	brin_minmax_add_value
brin	float_minmax_ops	double precision	double precision	3	brin_minmax_consistent
brin	float_minmax_ops	double precision	double precision	4	brin_minmax_union
brin	float_minmax_ops	real	real	1	brin_minmax_opcinfo
brin	float_minmax_ops	real	real	2	brin_minmax_add_value
brin	float_minmax_ops	real	real	3	brin_minmax_consistent
brin	float_minmax_ops	real	real	4	brin_minmax_union
brin	integer_bloom_ops	bigint	bigint	1	brin_bloom_opcinfo
brin	integer_bloom_ops	bigint	bigint	2	brin_bloom_add_value
brin	integer_bloom_ops	bigint	bigint	3	brin_bloom_consistent
brin	integer_bloom_ops	bigint	bigint	4	brin_bloom_union
brin	integer_bloom_ops	bigint	bigint	5	brin_bloom_options
brin	integer_bloom_ops	bigint	bigint	11	hashint8
brin	integer_bloom_ops	integer	integer	1	brin_bloom_opcinfo
brin	integer_bloom_ops	integer	integer	2	brin_bloom_add_value
brin	integer_bloom_ops	integer	integer	3	brin_bloom_consistent
brin	integer_bloom_ops	integer	integer	4	brin_bloom_union
brin	integer_bloom_ops	integer	integer	5	brin_bloom_options
brin	integer_bloom_ops	integer	integer	11	hashint4
brin	integer_bloom_ops	smallint	smallint	1	brin_bloom_opcinfo
brin	integer_bloom_ops	smallint	smallint	2	brin_bloom_add_value
brin	integer_bloom_ops	smallint	smallint	3	brin_bloom_consistent
brin	integer_bloom_ops	smallint	smallint	4	brin_bloom_union
brin	integer_bloom_ops	smallint	smallint	5	brin_bloom_options
brin	integer_bloom_ops	smallint	smallint	11	hashint2
brin	integer_minmax_multi_ops	bigint	bigint	1	brin_minmax_multi_opcinfo
brin	integer_minmax_multi_ops	bigint	bigint	2	brin_minmax_multi_add_value
brin	integer_minmax_multi_ops	bigint	bigint	3	brin_minmax_multi_consistent
brin	integer_minmax_multi_ops	bigint	bigint	4	brin_minmax_multi_union
brin	integer_minmax_multi_ops	bigint	bigint	5	brin_minmax_multi_options
brin	integer_minmax_multi_ops	bigint	bigint	11	brin_minmax_multi_distance_int8
brin	integer_minmax_multi_ops	integer	integer	1	brin_minmax_multi_opcinfo
brin	integer_minmax_multi_ops	integer	integer	2	brin_minmax_multi_add_value
brin	integer_minmax_multi_ops	integer	integer	3	brin_minmax_multi_consistent
brin	integer_minmax_multi_ops	integer	integer	4	brin_minmax_multi_union
brin	integer_minmax_multi_ops	integer	integer	5	brin_minmax_multi_options
brin	integer_minmax_multi_ops	integer	integer	11	brin_minmax_multi_distance_int4
brin	integer_minmax_multi_ops	smallint	smallint	1	brin_minmax_multi_opcinfo
brin	integer_minmax_multi_ops	smallint	smallint	2	brin_minmax_multi_add_value
brin	integer_minmax_multi_ops	smallint	smallint	3	brin_minmax_multi_consistent
brin	integer_minmax_multi_ops	smallint	smallint	4	brin_minmax_multi_union
brin	integer_minmax_multi_ops	smallint	smallint	5	brin_minmax_multi_options
brin	integer_minmax_multi_ops	smallint	smallint	11	brin_minmax_multi_distance_int2
brin	integer_minmax_ops	bigint	bigint	1	brin_minmax_opcinfo
brin	integer_minmax_ops	bigint	bigint	2	brin_minmax_add_value
brin	integer_minmax_ops	bigint	bigint	3	brin_minmax_consistent
brin	integer_minmax_ops	bigint	bigint	4	brin_minmax_union
brin	integer_minmax_ops	integer	integer	1	brin_minmax_opcinfo
brin	integer_minmax_ops	integer	integer	2	brin_minmax_add_value
brin	integer_minmax_ops	integer	integer	3	brin_minmax_consistent
brin	integer_minmax_ops	integer	integer	4	brin_minmax_union
brin	integer_minmax_ops	smallint	smallint	1	brin_minmax_opcinfo
brin	integer_minmax_ops	smallint	smallint	2	brin_minmax_add_value
brin	integer_minmax_ops	smallint	smallint	3	brin_minmax_consistent
brin	integer_minmax_ops	smallint	smallint	4	brin_minmax_union
brin	interval_bloom_ops	interval	interval	1	brin_bloom_opcinfo
brin	interval_bloom_ops	interval	interval	2	brin_bloom_add_value
brin	interval_bloom_ops	interval	interval	3	brin_bloom_consistent
brin	interval_bloom_ops	interval	interval	4	brin_bloom_union
brin	interval_bloom_ops	interval	interval	5	brin_bloom_options
brin	interval_bloom_ops	interval	interval	11	interval_hash
brin	interval_minmax_multi_ops	interval	interval	1	brin_minmax_multi_opcinfo
brin	interval_minmax_multi_ops	interval	interval	2	brin_minmax_multi_add_value
brin	interval_minmax_multi_ops	interval	interval	3	brin_minmax_multi_consistent
brin	interval_minmax_multi_ops	interval	interval	4	brin_minmax_multi_union
brin	interval_minmax_multi_ops	interval	interval	5	brin_minmax_multi_options
brin	interval_minmax_multi_ops	interval	interval	11	brin_minmax_multi_distance_interval
brin	interval_minmax_ops	interval	interval	1	brin_minmax_opcinfo
brin	interval_minmax_ops	interval	interval	2	brin_minmax_add_value
brin	interval_minmax_ops	interval	interval	3	brin_minmax_consistent
brin	interval_minmax_ops	interval	interval	4	brin_minmax_union
brin	macaddr8_bloom_ops	macaddr8	macaddr8	1	brin_bloom_opcinfo
brin	macaddr8_bloom_ops	macaddr8	macaddr8	2	brin_bloom_add_value
brin	macaddr8_bloom_ops	macaddr8	macaddr8	3	brin_bloom_consistent
brin	macaddr8_bloom_ops	macaddr8	macaddr8	4	brin_bloom_union
brin	macaddr8_bloom_ops	macaddr8	macaddr8	5	brin_bloom_options
brin	macaddr8_bloom_ops	macaddr8	macaddr8	11	hashmacaddr8
brin	macaddr8_minmax_multi_ops	macaddr8	macaddr8	1	brin_minmax_multi_opcinfo
brin	macaddr8_minmax_multi_ops	macaddr8	macaddr8	2	brin_minmax_multi_add_value
brin	macaddr8_minmax_multi_ops	macaddr8	macaddr8	3	brin_minmax_multi_consistent
brin	macaddr8_minmax_multi_ops	macaddr8	macaddr8	4	brin_minmax_multi_union
brin	macaddr8_minmax_multi_ops	macaddr8	macaddr8	5	brin_minmax_multi_options
brin	macaddr8_minmax_multi_ops	macaddr8	macaddr8	11	brin_minmax_multi_distance_macaddr8
brin	macaddr8_minmax_ops	macaddr8	macaddr8	1	brin_minmax_opcinfo
brin	macaddr8_minmax_ops	macaddr8	macaddr8	2	brin_minmax_add_value
brin	macaddr8_minmax_ops	macaddr8	macaddr8	3	brin_minmax_consistent
brin	macaddr8_minmax_ops	macaddr8	macaddr8	4	brin_minmax_union
brin	macaddr_bloom_ops	macaddr	macaddr	1	brin_bloom_opcinfo
brin	macaddr_bloom_ops	macaddr	macaddr	2	brin_bloom_add_value
brin	macaddr_bloom_ops	macaddr	macaddr	3	brin_bloom_consistent
brin	macaddr_bloom_ops	macaddr	macaddr	4	brin_bloom_union
brin	macaddr_bloom_ops	macaddr	macaddr	5	brin_bloom_options
brin	macaddr_bloom_ops	macaddr	macaddr	11	hashmacaddr
brin	macaddr_minmax_multi_ops	macaddr	macaddr	1	brin_minmax_multi_opcinfo
brin	macaddr_minmax_multi_ops	macaddr	macaddr	2	brin_minmax_multi_add_value
brin	macaddr_minmax_multi_ops	macaddr	macaddr	3	brin_minmax_multi_consistent
brin	macaddr_minmax_multi_ops	macaddr	macaddr	4	brin_minmax_multi_union
brin	macaddr_minmax_multi_ops	macaddr	macaddr	5	brin_minmax_multi_options
brin	macaddr_minmax_multi_ops	macaddr	macaddr	11	brin_minmax_multi_distance_macaddr
brin	macaddr_minmax_ops	macaddr	macaddr	1	brin_minmax_opcinfo
brin	macaddr_minmax_ops	macaddr	macaddr	2	brin_minmax_add_value
brin	macaddr_minmax_ops	macaddr	macaddr	3	brin_minmax_consistent
brin	macaddr_minmax_ops	macaddr	macaddr	4	brin_minmax_union
brin	name_bloom_ops	name	name	1	brin_bloom_opcinfo
brin	name_bloom_ops	name	name	2	brin_bloom_add_value
brin	name_bloom_ops	name	name	3	brin_bloom_consistent
brin	name_bloom_ops	name	name	4	brin_bloom_union
brin	name_bloom_ops	name	name	5	brin_bloom_options
brin	name_bloom_ops	name	name	11	hashname
brin	name_minmax_ops	name	name	1	brin_minmax_opcinfo
brin	name_minmax_ops	name	name	2	brin_minmax_add_value
brin	name_minmax_ops	name	name	3	brin_minmax_consistent
brin	name_minmax_ops	name	name	4	brin_minmax_union
brin	network_bloom_ops	inet	inet	1	brin_bloom_opcinfo
brin	network_bloom_ops	inet	inet	2	brin_bloom_add_value
brin	network_bloom_ops	inet	inet	3	brin_bloom_consistent
brin	network_bloom_ops	inet	inet	4	brin_bloom_union
brin	network_bloom_ops	inet	inet	5	brin_bloom_options
brin	network_bloom_ops	inet	inet	11	hashinet
brin	network_inclusion_ops	inet	inet	1	brin_inclusion_opcinfo
brin	network_inclusion_ops	inet	inet	2	brin_inclusion_add_value
brin	network_inclusion_ops	inet	inet	3	brin_inclusion_consistent
brin	network_inclusion_ops	inet	inet	4	brin_inclusion_union
brin	network_inclusion_ops	inet	inet	11	inet_merge
brin	network_inclusion_ops	inet	inet	12	inet_same_family
brin	network_inclusion_ops	inet	inet	13	network_supeq
brin	network_minmax_multi_ops	inet	inet	1	brin_minmax_multi_opcinfo
brin	network_minmax_multi_ops	inet	inet	2	brin_minmax_multi_add_value
brin	network_minmax_multi_ops	inet	inet	3	brin_minmax_multi_consistent
brin	network_minmax_multi_ops	inet	inet	4	brin_minmax_multi_union
brin	network_minmax_multi_ops	inet	inet	5	brin_minmax_multi_options
brin	network_minmax_multi_ops	inet	inet	11	brin_minmax_multi_distance_inet
brin	network_minmax_ops	inet	inet	1	brin_minmax_opcinfo
brin	network_minmax_ops	inet	inet	2	brin_minmax_add_value
brin	network_minmax_ops	inet	inet	3	brin_minmax_consistent
brin	network_minmax_ops	inet	inet	4	brin_minmax_union
brin	numeric_bloom_ops	numeric	numeric	1	brin_bloom_opcinfo
brin	numeric_bloom_ops	numeric	numeric	2	brin_bloom_add_value
brin	numeric_bloom_ops	numeric	numeric	3	brin_bloom_consistent
brin	numeric_bloom_ops	numeric	numeric	4	brin_bloom_union
brin	numeric_bloom_ops	numeric	numeric	5	brin_bloom_options
brin	numeric_bloom_ops	numeric	numeric	11	hash_numeric
brin	numeric_minmax_multi_ops	numeric	numeric	1	brin_minmax_multi_opcinfo
brin	numeric_minmax_multi_ops	numeric	numeric	2	brin_minmax_multi_add_value
brin	numeric_minmax_multi_ops	numeric	numeric	3	brin_minmax_multi_consistent
brin	numeric_minmax_multi_ops	numeric	numeric	4	brin_minmax_multi_union
brin	numeric_minmax_multi_ops	numeric	numeric	5	brin_minmax_multi_options
brin	numeric_minmax_multi_ops	numeric	numeric	11	brin_minmax_multi_distance_numeric
brin	numeric_minmax_ops	numeric	numeric	1	brin_minmax_opcinfo
brin	numeric_minmax_ops	numeric	numeric	2	brin_minmax_add_value
brin	numeric_minmax_ops	numeric	numeric	3	brin_minmax_consistent
brin	numeric_minmax_ops	numeric	numeric	4	brin_minmax_union
brin	oid_bloom_ops	oid	oid	1	brin_bloom_opcinfo
brin	oid_bloom_ops	oid	oid	2	brin_bloom_add_value
brin	oid_bloom_ops	oid	oid	3	brin_bloom_consistent
brin	oid_bloom_ops	oid	oid	4	brin_bloom_union
brin	oid_bloom_ops	oid	oid	5	brin_bloom_options
brin	oid_bloom_ops	oid	oid	11	hashoid
brin	oid_minmax_multi_ops	oid	oid	1	brin_minmax_multi_opcinfo
brin	oid_minmax_multi_ops	oid	oid	2	brin_minmax_multi_add_value
brin	oid_minmax_multi_ops	oid	oid	3	brin_minmax_multi_consistent
brin	oid_minmax_multi_ops	oid	oid	4	brin_minmax_multi_union
brin	oid_minmax_multi_ops	oid	oid	5	brin_minmax_multi_options
brin	oid_minmax_multi_ops	oid	oid	11	brin_minmax_multi_distance_int4
brin	oid_minmax_ops	oid	oid	1	brin_minmax_opcinfo
brin	oid_minmax_ops	oid	oid	2	brin_minmax_add_value
brin	oid_minmax_ops	oid	oid	3	brin_minmax_consistent
brin	oid_minmax_ops	oid	oid	4	brin_minmax_union
brin	pg_lsn_bloom_ops	pg_lsn	pg_lsn	1	brin_bloom_opcinfo
brin	pg_lsn_bloom_ops	pg_lsn	pg_lsn	2	brin_bloom_add_value
brin	pg_lsn_bloom_ops	pg_lsn	pg_lsn	3	brin_bloom_consistent
brin	pg_lsn_bloom_ops	pg_lsn	pg_lsn	4	brin_bloom_union
brin	pg_lsn_bloom_ops	pg_lsn	pg_lsn	5	brin_bloom_options
brin	pg_lsn_bloom_ops	pg_lsn	pg_lsn	11	pg_lsn_hash
brin	pg_lsn_minmax_multi_ops	pg_lsn	pg_lsn	1	brin_minmax_multi_opcinfo
brin	pg_lsn_minmax_multi_ops	pg_lsn	pg_lsn	2	brin_minmax_multi_add_value
brin	pg_lsn_minmax_multi_ops	pg_lsn	pg_lsn	3	brin_minmax_multi_consistent
brin	pg_lsn_minmax_multi_ops	pg_lsn	pg_lsn	4	brin_minmax_multi_union
brin	pg_lsn_minmax_multi_ops	pg_lsn	pg_lsn	5	brin_minmax_multi_options
brin	pg_lsn_minmax_multi_ops	pg_lsn	pg_lsn	11	brin_minmax_multi_distance_pg_lsn
brin	pg_lsn_minmax_ops	pg_lsn	pg_lsn	1	brin_minmax_opcinfo
brin	pg_lsn_minmax_ops	pg_lsn	pg_lsn	2	brin_minmax_add_value
brin	pg_lsn_minmax_ops	pg_lsn	pg_lsn	3	brin_minmax_consistent
brin	pg_lsn_minmax_ops	pg_lsn	pg_lsn	4	brin_minmax_union
brin	range_inclusion_ops	anyrange	anyrange	1	brin_inclusion_opcinfo
brin	range_inclusion_ops	anyrange	anyrange	2	brin_inclusion_add_value
brin	range_inclusion_ops	anyrange	anyrange	3	brin_inclusion_consistent
brin	range_inclusion_ops	anyrange	anyrange	4	brin_inclusion_union
brin	range_inclusion_ops	anyrange	anyrange	11	range_merge
brin	range_inclusion_ops	anyrange	anyrange	13	range_contains
brin	range_inclusion_ops	anyrange	anyrange	14	isempty
brin	text_bloom_ops	text	text	1	brin_bloom_opcinfo
brin	text_bloom_ops	text	text	2	brin_bloom_add_value
brin	text_bloom_ops	text	text	3	brin_bloom_consistent
brin	text_bloom_ops	text	text	4	brin_bloom_union
brin	text_bloom_ops	text	text	5	brin_bloom_options
brin	text_bloom_ops	text	text	11	hashtext
brin	text_minmax_ops	text	text	1	brin_minmax_opcinfo
brin	text_minmax_ops	text	text	2	brin_minmax_add_value
brin	text_minmax_ops	text	text	3	brin_minmax_consistent
brin	text_minmax_ops	text	text	4	brin_minmax_union
brin	tid_bloom_ops	tid	tid	1	brin_bloom_opcinfo
brin	tid_bloom_ops	tid	tid	2	brin_bloom_add_value
brin	tid_bloom_ops	tid	tid	3	brin_bloom_consistent
brin	tid_bloom_ops	tid	tid	4	brin_bloom_union
brin	tid_bloom_ops	tid	tid	5	brin_bloom_options
brin	tid_bloom_ops	tid	tid	11	hashtid
brin	tid_minmax_multi_ops	tid	tid	1	brin_minmax_multi_opcinfo
brin	tid_minmax_multi_ops	tid	tid	2	brin_minmax_multi_add_value
brin	tid_minmax_multi_ops	tid	tid	3	brin_minmax_multi_consistent
brin	tid_minmax_multi_ops	tid	tid	4	brin_minmax_multi_union
brin	tid_minmax_multi_ops	tid	tid	5	brin_minmax_multi_options
brin	tid_minmax_multi_ops	tid	tid	11	brin_minmax_multi_distance_tid
brin	tid_minmax_ops	tid	tid	1	brin_minmax_opcinfo
brin	tid_minmax_ops	tid	tid	2	brin_minmax_add_value
brin	tid_minmax_ops	tid	tid	3	brin_minmax_consistent
brin	tid_minmax_ops	tid	tid	4	brin_minmax_union
brin	time_bloom_ops	time without time zone	time without time zone	1	brin_bloom_opcinfo
brin	time_bloom_ops	time without time zone	time without time zone	2	brin_bloom_add_value
brin	time_bloom_ops	time without time zone	time without time zone	3	brin_bloom_consistent
brin	time_bloom_ops	time without time zone	time without time zone	4	brin_bloom_union
brin	time_bloom_ops	time without time zone	time without time zone	5	brin_bloom_options
brin	time_bloom_ops	time without time zone	time without time zone	11	time_hash
brin	time_minmax_multi_ops	time without time zone	time without time zone	1	brin_minmax_multi_opcinfo
brin	time_minmax_multi_ops	time without time zone	time without time zone	2	brin_minmax_multi_add_value
brin	time_minmax_multi_ops	time without time zone	time without time zone	3	brin_minmax_multi_consistent
brin	time_minmax_multi_ops	time without time zone	time without time zone	4	brin_minmax_multi_union
brin	time_minmax_multi_ops	time without time zone	time without time zone	5	brin_minmax_multi_options
brin	time_minmax_multi_ops	time without time zone	time without time zone	11	brin_minmax_multi_distance_time
brin	time_minmax_ops	time without time zone	time without time zone	1	brin_minmax_opcinfo
brin	time_minmax_ops	time without time zone	time without time zone	2	brin_minmax_add_value
brin	time_minmax_ops	time without time zone	time without time zone	3	brin_minmax_consistent
brin	time_minmax_ops	time without time zone	time without time zone	4	brin_minmax_union
brin	timetz_bloom_ops	time with time zone	time with time zone	1	brin_bloom_opcinfo
brin	timetz_bloom_ops	time with time zone	time with time zone	2	brin_bloom_add_value
brin	timetz_bloom_ops	time with time zone	time with time zone	3	brin_bloom_consistent
brin	timetz_bloom_ops	time with time zone	time with time zone	4	brin_bloom_union
brin	timetz_bloom_ops	time with time zone	time with time zone	5	brin_bloom_options
brin	timetz_bloom_ops	time with time zone	time with time zone	11	timetz_hash
brin	timetz_minmax_multi_ops	time with time zone	time with time zone	1	brin_minmax_multi_opcinfo
brin	timetz_minmax_multi_ops	time with time zone	time with time zone	2	brin_minmax_multi_add_value
brin	timetz_minmax_multi_ops	time with time zone	time with time zone	3	brin_minmax_multi_consistent
brin	timetz_minmax_multi_ops	time with time zone	time with time zone	4	brin_minmax_multi_union
brin	timetz_minmax_multi_ops	time with time zone	time with time zone	5	brin_minmax_multi_options
brin	timetz_minmax_multi_ops	time with time zone	time with time zone	11	brin_minmax_multi_distance_timetz
brin	timetz_minmax_ops	time with time zone	time with time zone	1	brin_minmax_opcinfo
brin	timetz_minmax_ops	time with time zone	time with time zone	2	brin_minmax_add_value
brin	timetz_minmax_ops	time with time zone	time with time zone	3	brin_minmax_consistent
brin	timetz_minmax_ops	time with time zone	time with time zone	4	brin_minmax_union
brin	uuid_bloom_ops	uuid	uuid	1	brin_bloom_opcinfo
brin	uuid_bloom_ops	uuid	uuid	2	brin_bloom_add_value
brin	uuid_bloom_ops	uuid	uuid	3	brin_bloom_consistent
brin	uuid_bloom_ops	uuid	uuid	4	brin_bloom_union
brin	uuid_bloom_ops	uuid	uuid	5	brin_bloom_options
brin	uuid_bloom_ops	uuid	uuid	11	uuid_hash
brin	uuid_minmax_multi_ops	uuid	uuid	1	brin_minmax_multi_opcinfo
brin	uuid_minmax_multi_ops	uuid	uuid	2	brin_minmax_multi_add_value
brin	uuid_minmax_multi_ops	uuid	uuid	3	brin_minmax_multi_consistent
brin	uuid_minmax_multi_ops	uuid	uuid	4	brin_minmax_multi_union
brin	uuid_minmax_multi_ops	uuid	uuid	5	brin_minmax_multi_options
brin	uuid_minmax_multi_ops	uuid	uuid	11	brin_minmax_multi_distance_uuid
brin	uuid_minmax_ops	uuid	uuid	1	brin_minmax_opcinfo
brin	uuid_minmax_ops	uuid	uuid	2	brin_minmax_add_value
brin	uuid_minmax_ops	uuid	uuid	3	brin_minmax_consistent
brin	uuid_minmax_ops	uuid	uuid	4	brin_minmax_union
brin	varbit_minmax_ops	bit varying	bit varying	1	brin_minmax_opcinfo
brin	varbit_minmax_ops	bit varying	bit varying	2	brin_minmax_add_value
brin	varbit_minmax_ops	bit varying	bit varying	3	brin_minmax_consistent
brin	varbit_minmax_ops	bit varying	bit varying	4	brin_minmax_union
btree	array_ops	anyarray	anyarray	1	btarraycmp
btree	bit_ops	bit	bit	1	bitcmp
btree	bit_ops	bit	bit	4	btequalimage
btree	bool_ops	boolean	boolean	1	btboolcmp
btree	bool_ops	boolean	boolean	4	btequalimage
btree	bpchar_ops	character	character	1	bpcharcmp
btree	bpchar_ops	character	character	2	bpchar_sortsupport
btree	bpchar_ops	character	character	4	btvarstrequalimage
btree	bpchar_pattern_ops	character	character	1	btbpchar_pattern_cmp
btree	bpchar_pattern_ops	character	character	2	btbpchar_pattern_sortsupport
btree	bpchar_pattern_ops	character	character	4	btequalimage
btree	bytea_ops	bytea	bytea	1	byteacmp
btree	bytea_ops	bytea	bytea	2	bytea_sortsupport
btree	bytea_ops	bytea	bytea	4	btequalimage
btree	char_ops	"char"	"char"	1	btcharcmp
btree	char_ops	"char"	"char"	4	btequalimage
btree	datetime_ops	date	date	1	date_cmp
btree	datetime_ops	date	date	2	date_sortsupport
btree	datetime_ops	date	date	4	btequalimage
btree	datetime_ops	timestamp with time zone	timestamp with time zone	1	timestamptz_cmp
btree	datetime_ops	timestamp with time zone	timestamp with time zone	2	timestamp_sortsupport
btree	datetime_ops	timestamp with time zone	timestamp with time zone	4	btequalimage
btree	datetime_ops	timestamp without time zone	timestamp without time zone	1	timestamp_cmp
btree	datetime_ops	timestamp without time zone	timestamp without time zone	2	timestamp_sortsupport
btree	datetime_ops	timestamp without time zone	timestamp without time zone	4	btequalimage
btree	datetime_ops	date	interval	3	in_range
btree	datetime_ops	date	timestamp with time zone	1	date_cmp_timestamptz
btree	datetime_ops	date	timestamp without time zone	1	date_cmp_timestamp
btree	datetime_ops	timestamp with time zone	date	1	timestamptz_cmp_date
btree	datetime_ops	timestamp with time zone	interval	3	in_range
btree	datetime_ops	timestamp with time zone	timestamp without time zone	1	timestamptz_cmp_timestamp
btree	datetime_ops	timestamp without time zone	date	1	timestamp_cmp_date
btree	datetime_ops	timestamp without time zone	interval	3	in_range
btree	datetime_ops	timestamp without time zone	timestamp with time zone	1	timestamp_cmp_timestamptz
btree	enum_ops	anyenum	anyenum	1	enum_cmp
btree	enum_ops	anyenum	anyenum	4	btequalimage
btree	float_ops	double precision	double precision	1	btfloat8cmp
btree	float_ops	double precision	double precision	2	btfloat8sortsupport
btree	float_ops	double precision	double precision	3	in_range
btree	float_ops	real	real	1	btfloat4cmp
btree	float_ops	real	real	2	btfloat4sortsupport
btree	float_ops	double precision	real	1	btfloat84cmp
btree	float_ops	real	double precision	1	btfloat48cmp
btree	float_ops	real	double precision	3	in_range
btree	integer_ops	bigint	bigint	1	btint8cmp
btree	integer_ops	bigint	bigint	2	btint8sortsupport
btree	integer_ops	bigint	bigint	3	in_range
btree	integer_ops	bigint	bigint	4	btequalimage
btree	integer_ops	integer	integer	1	btint4cmp
btree	integer_ops	integer	integer	2	btint4sortsupport
btree	integer_ops	integer	integer	3	in_range
btree	integer_ops	integer	integer	4	btequalimage
btree	integer_ops	smallint	smallint	1	btint2cmp
btree	integer_ops	smallint	smallint	2	btint2sortsupport
btree	integer_ops	smallint	smallint	3	in_range
btree	integer_ops	smallint	smallint	4	btequalimage
btree	integer_ops	bigint	integer	1	btint84cmp
btree	integer_ops	bigint	smallint	1	btint82cmp
btree	integer_ops	integer	bigint	1	btint48cmp
btree	integer_ops	integer	bigint	3	in_range
btree	integer_ops	integer	smallint	1	btint42cmp
btree	integer_ops	integer	smallint	3	in_range
btree	integer_ops	smallint	bigint	1	btint28cmp
btree	integer_ops	smallint	bigint	3	in_range
btree	integer_ops	smallint	integer	1	btint24cmp
btree	integer_ops	smallint	integer	3	in_range
btree	interval_ops	interval	interval	1	interval_cmp
btree	interval_ops	interval	interval	3	in_range
btree	jsonb_ops	jsonb	jsonb	1	jsonb_cmp
btree	macaddr8_ops	macaddr8	macaddr8	1	macaddr8_cmp
btree	macaddr8_ops	macaddr8	macaddr8	4	btequalimage
btree	macaddr_ops	macaddr	macaddr	1	macaddr_cmp
btree	macaddr_ops	macaddr	macaddr	2	macaddr_sortsupport
btree	macaddr_ops	macaddr	macaddr	4	btequalimage
btree	money_ops	money	money	1	cash_cmp
btree	money_ops	money	money	4	btequalimage
btree	multirange_ops	anymultirange	anymultirange	1	multirange_cmp
btree	network_ops	inet	inet	1	network_cmp
btree	network_ops	inet	inet	2	network_sortsupport
btree	network_ops	inet	inet	4	btequalimage
btree	numeric_ops	numeric	numeric	1	numeric_cmp
btree	numeric_ops	numeric	numeric	2	numeric_sortsupport
btree	numeric_ops	numeric	numeric	3	in_range
btree	oid_ops	oid	oid	1	btoidcmp
btree	oid_ops	oid	oid	2	btoidsortsupport
btree	oid_ops	oid	oid	4	btequalimage
btree	oidvector_ops	oidvector	oidvector	1	btoidvectorcmp
btree	oidvector_ops	oidvector	oidvector	4	btequalimage
btree	pg_lsn_ops	pg_lsn	pg_lsn	1	pg_lsn_cmp
btree	pg_lsn_ops	pg_lsn	pg_lsn	4	btequalimage
btree	range_ops	anyrange	anyrange	1	range_cmp
btree	record_image_ops	record	record	1	btrecordimagecmp
btree	record_ops	record	record	1	btrecordcmp
btree	text_ops	name	name	1	btnamecmp
btree	text_ops	name	name	2	btnamesortsupport
btree	text_ops	name	name	4	btvarstrequalimage
btree	text_ops	text	text	1	bttextcmp
btree	text_ops	text	text	2	bttextsortsupport
btree	text_ops	text	text	4	btvarstrequalimage
btree	text_ops	name	text	1	btnametextcmp
btree	text_ops	text	name	1	bttextnamecmp
btree	text_pattern_ops	text	text	1	bttext_pattern_cmp
btree	text_pattern_ops	text	text	2	bttext_pattern_sortsupport
btree	text_pattern_ops	text	text	4	btequalimage
btree	tid_ops	tid	tid	1	bttidcmp
btree	tid_ops	tid	tid	4	btequalimage
btree	time_ops	time without time zone	time without time zone	1	time_cmp
btree	time_ops	time without time zone	time without time zone	4	btequalimage
btree	time_ops	time without time zone	interval	3	in_range
btree	timetz_ops	time with time zone	time with time zone	1	timetz_cmp
btree	timetz_ops	time with time zone	time with time zone	4	btequalimage
btree	timetz_ops	time with time zone	interval	3	in_range
btree	tsquery_ops	tsquery	tsquery	1	tsquery_cmp
btree	tsvector_ops	tsvector	tsvector	1	tsvector_cmp
btree	uuid_ops	uuid	uuid	1	uuid_cmp
btree	uuid_ops	uuid	uuid	2	uuid_sortsupport
btree	uuid_ops	uuid	uuid	4	btequalimage
btree	varbit_ops	bit varying	bit varying	1	varbitcmp
btree	varbit_ops	bit varying	bit varying	4	btequalimage
btree	xid8_ops	xid8	xid8	1	xid8cmp
btree	xid8_ops	xid8	xid8	4	btequalimage
gin	array_ops	anyarray	anyarray	2	ginarrayextract
gin	array_ops	anyarray	anyarray	3	ginqueryarrayextract
gin	array_ops	anyarray	anyarray	4	ginarrayconsistent
gin	array_ops	anyarray	anyarray	6	ginarraytriconsistent
gin	jsonb_ops	jsonb	jsonb	1	gin_compare_jsonb
gin	jsonb_ops	jsonb	jsonb	2	gin_extract_jsonb
gin	jsonb_ops	jsonb	jsonb	3	gin_extract_jsonb_query
gin	jsonb_ops	jsonb	jsonb	4	gin_consistent_jsonb
gin	jsonb_ops	jsonb	jsonb	6	gin_triconsistent_jsonb
gin	jsonb_path_ops	jsonb	jsonb	1	btint4cmp
gin	jsonb_path_ops	jsonb	jsonb	2	gin_extract_jsonb_path
gin	jsonb_path_ops	jsonb	jsonb	3	gin_extract_jsonb_query_path
gin	jsonb_path_ops	jsonb	jsonb	4	gin_consistent_jsonb_path
gin	jsonb_path_ops	jsonb	jsonb	6	gin_triconsistent_jsonb_path
gin	tsvector_ops	tsvector	tsvector	1	gin_cmp_tslexeme
gin	tsvector_ops	tsvector	tsvector	2	gin_extract_tsvector
gin	tsvector_ops	tsvector	tsvector	3	gin_extract_tsquery
gin	tsvector_ops	tsvector	tsvector	4	gin_tsquery_consistent
gin	tsvector_ops	tsvector	tsvector	5	gin_cmp_prefix
gin	tsvector_ops	tsvector	tsvector	6	gin_tsquery_triconsistent
gist	box_ops	box	box	1	gist_box_consistent
gist	box_ops	box	box	2	gist_box_union
gist	box_ops	box	box	5	gist_box_penalty
gist	box_ops	box	box	6	gist_box_picksplit
gist	box_ops	box	box	7	gist_box_same
gist	box_ops	box	box	8	gist_box_distance
gist	circle_ops	circle	circle	1	gist_circle_consistent
gist	circle_ops	circle	circle	2	gist_box_union
gist	circle_ops	circle	circle	3	gist_circle_compress
gist	circle_ops	circle	circle	5	gist_box_penalty
gist	circle_ops	circle	circle	6	gist_box_picksplit
gist	circle_ops	circle	circle	7	gist_box_same
gist	circle_ops	circle	circle	8	gist_circle_distance
gist	multirange_ops	anymultirange	anymultirange	1	multirange_gist_consistent
gist	multirange_ops	anymultirange	anymultirange	2	range_gist_union
gist	multirange_ops	anymultirange	anymultirange	3	multirange_gist_compress
gist	multirange_ops	anymultirange	anymultirange	5	range_gist_penalty
gist	multirange_ops	anymultirange	anymultirange	6	range_gist_picksplit
gist	multirange_ops	anymultirange	anymultirange	7	range_gist_same
gist	network_ops	inet	inet	1	inet_gist_consistent
gist	network_ops	inet	inet	2	inet_gist_union
gist	network_ops	inet	inet	3	inet_gist_compress
gist	network_ops	inet	inet	5	inet_gist_penalty
gist	network_ops	inet	inet	6	inet_gist_picksplit
gist	network_ops	inet	inet	7	inet_gist_same
gist	network_ops	inet	inet	9	inet_gist_fetch
gist	point_ops	point	point	1	gist_point_consistent
gist	point_ops	point	point	2	gist_box_union
gist	point_ops	point	point	3	gist_point_compress
gist	point_ops	point	point	5	gist_box_penalty
gist	point_ops	point	point	6	gist_box_picksplit
gist	point_ops	point	point	7	gist_box_same
gist	point_ops	point	point	8	gist_point_distance
gist	point_ops	point	point	9	gist_point_fetch
gist	point_ops	point	point	11	gist_point_sortsupport
gist	poly_ops	polygon	polygon	1	gist_poly_consistent
gist	poly_ops	polygon	polygon	2	gist_box_union
gist	poly_ops	polygon	polygon	3	gist_poly_compress
gist	poly_ops	polygon	polygon	5	gist_box_penalty
gist	poly_ops	polygon	polygon	6	gist_box_picksplit
gist	poly_ops	polygon	polygon	7	gist_box_same
gist	poly_ops	polygon	polygon	8	gist_poly_distance
gist	range_ops	anyrange	anyrange	1	range_gist_consistent
gist	range_ops	anyrange	anyrange	2	range_gist_union
gist	range_ops	anyrange	anyrange	5	range_gist_penalty
gist	range_ops	anyrange	anyrange	6	range_gist_picksplit
gist	range_ops	anyrange	anyrange	7	range_gist_same
gist	tsquery_ops	tsquery	tsquery	1	gtsquery_consistent
gist	tsquery_ops	tsquery	tsquery	2	gtsquery_union
gist	tsquery_ops	tsquery	tsquery	3	gtsquery_compress
gist	tsquery_ops	tsquery	tsquery	5	gtsquery_penalty
gist	tsquery_ops	tsquery	tsquery	6	gtsquery_picksplit
gist	tsquery_ops	tsquery	tsquery	7	gtsquery_same
gist	tsvector_ops	tsvector	tsvector	1	gtsvector_consistent
gist	tsvector_ops	tsvector	tsvector	2	gtsvector_union
gist	tsvector_ops	tsvector	tsvector	3	gtsvector_compress
gist	tsvector_ops	tsvector	tsvector	4	gtsvector_decompress
gist	tsvector_ops	tsvector	tsvector	5	gtsvector_penalty
gist	tsvector_ops	tsvector	tsvector	6	gtsvector_picksplit
gist	tsvector_ops	tsvector	tsvector	7	gtsvector_same
gist	tsvector_ops	tsvector	tsvector	10	gtsvector_options
hash	aclitem_ops	aclitem	aclitem	1	hash_aclitem
hash	aclitem_ops	aclitem	aclitem	2	hash_aclitem_extended
hash	array_ops	anyarray	anyarray	1	hash_array
hash	array_ops	anyarray	anyarray	2	hash_array_extended
hash	bool_ops	boolean	boolean	1	hashchar
hash	bool_ops	boolean	boolean	2	hashcharextended
hash	bpchar_ops	character	character	1	hashbpchar
hash	bpchar_ops	character	character	2	hashbpcharextended
hash	bpchar_pattern_ops	character	character	1	hashbpchar
hash	bpchar_pattern_ops	character	character	2	hashbpcharextended
hash	bytea_ops	bytea	bytea	1	hashvarlena
hash	bytea_ops	bytea	bytea	2	hashvarlenaextended
hash	char_ops	"char"	"char"	1	hashchar
hash	char_ops	"char"	"char"	2	hashcharextended
hash	cid_ops	cid	cid	1	hashint4
hash	cid_ops	cid	cid	2	hashint4extended
hash	date_ops	date	date	1	hashint4
hash	date_ops	date	date	2	hashint4extended
hash	enum_ops	anyenum	anyenum	1	hashenum
hash	enum_ops	anyenum	anyenum	2	hashenumextended
hash	float_ops	double precision	double precision	1	hashfloat8
hash	float_ops	double precision	double precision	2	hashfloat8extended
hash	float_ops	real	real	1	hashfloat4
hash	float_ops	real	real	2	hashfloat4extended
hash	integer_ops	bigint	bigint	1	hashint8
hash	integer_ops	bigint	bigint	2	hashint8extended
hash	integer_ops	integer	integer	1	hashint4
hash	integer_ops	integer	integer	2	hashint4extended
hash	integer_ops	smallint	smallint	1	hashint2
hash	integer_ops	smallint	smallint	2	hashint2extended
hash	interval_ops	interval	interval	1	interval_hash
hash	interval_ops	interval	interval	2	interval_hash_extended
hash	jsonb_ops	jsonb	jsonb	1	jsonb_hash
hash	jsonb_ops	jsonb	jsonb	2	jsonb_hash_extended
hash	macaddr8_ops	macaddr8	macaddr8	1	hashmacaddr8
hash	macaddr8_ops	macaddr8	macaddr8	2	hashmacaddr8extended
hash	macaddr_ops	macaddr	macaddr	1	hashmacaddr
hash	macaddr_ops	macaddr	macaddr	2	hashmacaddrextended
hash	multirange_ops	anymultirange	anymultirange	1	hash_multirange
hash	multirange_ops	anymultirange	anymultirange	2	hash_multirange_extended
hash	network_ops	inet	inet	1	hashinet
hash	network_ops	inet	inet	2	hashinetextended
hash	numeric_ops	numeric	numeric	1	hash_numeric
hash	numeric_ops	numeric	numeric	2	hash_numeric_extended
hash	oid_ops	oid	oid	1	hashoid
hash	oid_ops	oid	oid	2	hashoidextended
hash	oidvector_ops	oidvector	oidvector	1	hashoidvector
hash	oidvector_ops	oidvector	oidvector	2	hashoidvectorextended
hash	pg_lsn_ops	pg_lsn	pg_lsn	1	pg_lsn_hash
hash	pg_lsn_ops	pg_lsn	pg_lsn	2	pg_lsn_hash_extended
hash	range_ops	anyrange	anyrange	1	hash_range
hash	range_ops	anyrange	anyrange	2	hash_range_extended
hash	record_ops	record	record	1	hash_record
hash	record_ops	record	record	2	hash_record_extended
hash	text_ops	name	name	1	hashname
hash	text_ops	name	name	2	hashnameextended
hash	text_ops	text	text	1	hashtext
hash	text_ops	text	text	2	hashtextextended
hash	text_pattern_ops	text	text	1	hashtext
hash	text_pattern_ops	text	text	2	hashtextextended
hash	tid_ops	tid	tid	1	hashtid
hash	tid_ops	tid	tid	2	hashtidextended
hash	time_ops	time without time zone	time without time zone	1	time_hash
hash	time_ops	time without time zone	time without time zone	2	time_hash_extended
hash	timestamp_ops	timestamp without time zone	timestamp without time zone	1	timestamp_hash
hash	timestamp_ops	timestamp without time zone	timestamp without time zone	2	timestamp_hash_extended
hash	timestamptz_ops	timestamp with time zone	timestamp with time zone	1	timestamp_hash
hash	timestamptz_ops	timestamp with time zone	timestamp with time zone	2	timestamp_hash_extended
hash	timetz_ops	time with time zone	time with time zone	1	timetz_hash
hash	timetz_ops	time with time zone	time with time zone	2	timetz_hash_extended
hash	uuid_ops	uuid	uuid	1	uuid_hash
hash	uuid_ops	uuid	uuid	2	uuid_hash_extended
hash	xid8_ops	xid8	xid8	1	hashint8
hash	xid8_ops	xid8	xid8	2	hashint8extended
hash	xid_ops	xid	xid	1	hashint4
hash	xid_ops	xid	xid	2	hashint4extended
spgist	box_ops	box	box	1	spg_box_quad_config
spgist	box_ops	box	box	2	spg_box_quad_choose
spgist	box_ops	box	box	3	spg_box_quad_picksplit
spgist	box_ops	box	box	4	spg_box_quad_inner_consistent
spgist	box_ops	box	box	5	spg_box_quad_leaf_consistent
spgist	kd_point_ops	point	point	1	spg_kd_config
spgist	kd_point_ops	point	point	2	spg_kd_choose
spgist	kd_point_ops	point	point	3	spg_kd_picksplit
spgist	kd_point_ops	point	point	4	spg_kd_inner_consistent
spgist	kd_point_ops	point	point	5	spg_quad_leaf_consistent
spgist	network_ops	inet	inet	1	inet_spg_config
spgist	network_ops	inet	inet	2	inet_spg_choose
spgist	network_ops	inet	inet	3	inet_spg_picksplit
spgist	network_ops	inet	inet	4	inet_spg_inner_consistent
spgist	network_ops	inet	inet	5	inet_spg_leaf_consistent
spgist	poly_ops	polygon	polygon	1	spg_bbox_quad_config
spgist	poly_ops	polygon	polygon	2	spg_box_quad_choose
spgist	poly_ops	polygon	polygon	3	spg_box_quad_picksplit
spgist	poly_ops	polygon	polygon	4	spg_box_quad_inner_consistent
spgist	poly_ops	polygon	polygon	5	spg_box_quad_leaf_consistent
spgist	poly_ops	polygon	polygon	6	spg_poly_quad_compress
spgist	quad_point_ops	point	point	1	spg_quad_config
spgist	quad_point_ops	point	point	2	spg_quad_choose
spgist	quad_point_ops	point	point	3	spg_quad_picksplit
spgist	quad_point_ops	point	point	4	spg_quad_inner_consistent
spgist	quad_point_ops	point	point	5	spg_quad_leaf_consistent
spgist	range_ops	anyrange	anyrange	1	spg_range_quad_config
spgist	range_ops	anyrange	anyrange	2	spg_range_quad_choose
spgist	range_ops	anyrange	anyrange	3	spg_range_quad_picksplit
spgist	range_ops	anyrange	anyrange	4	spg_range_quad_inner_consistent
spgist	range_ops	anyrange	anyrange	5	spg_range_quad_leaf_consistent
spgist	text_ops	text	text	1	spg_text_config
spgist	text_ops	text	text	2	spg_text_choose
spgist	text_ops	text	text	3	spg_text_picksplit
spgist	text_ops	text	text	4	spg_text_inner_consistent
spgist	text_ops	text	text	5	spg_text_leaf_consistent
