-- psql 15: \dC

SELECT pg_catalog.format_type(castsource, NULL) AS "Source type",
       pg_catalog.format_type(casttarget, NULL) AS "Target type",
       CASE WHEN c.castmethod = 'b' THEN '(binary coercible)'
            WHEN c.castmethod = 'i' THEN '(with inout)'
            ELSE p.proname
       END AS "Function",
       CASE WHEN c.castcontext = 'e' THEN 'no'
            WHEN c.castcontext = 'a' THEN 'in assignment'
            ELSE 'yes'
       END AS "Implicit?"
FROM pg_catalog.pg_cast c LEFT JOIN pg_catalog.pg_proc p
     ON c.castfunc = p.oid
     LEFT JOIN pg_catalog.pg_type ts
     ON c.castsource = ts.oid
     LEFT JOIN pg_catalog.pg_namespace ns
     ON ns.oid = ts.typnamespace
     LEFT JOIN pg_catalog.pg_type tt
     ON c.casttarget = tt.oid
     LEFT JOIN pg_catalog.pg_namespace nt
     ON nt.oid = tt.typnamespace
WHERE ( (true  AND pg_catalog.pg_type_is_visible(ts.oid)
) OR (true  AND pg_catalog.pg_type_is_visible(tt.oid)
) )
ORDER BY 1, 2;
---- 4 columns, 229 rows
"char"	character	bpchar	in assignment
"char"	character varying	text	in assignment
"char"	integer	int4	no
"char"	text	text	yes
bigint	bit	bit	no
bigint	double precision	float8	yes
bigint	integer	int4	in assignment
bigint	money	money	in assignment
bigint	numeric	numeric	yes
bigint	oid	oid	yes
bigint	real	float4	yes
bigint	regclass	oid	yes
bigint	regcollation	oid	yes
bigint	regconfig	oid	yes
bigint	regdictionary	oid	yes
bigint	regnamespace	oid	yes
bigint	regoper	oid	yes
bigint	regoperator	oid	yes
bigint	regproc	oid	yes
bigint	regprocedure	oid	yes
bigint	regrole	oid	yes
bigint	regtype	oid	yes
bigint	smallint	int2	in assignment
bit	bigint	int8	no
bit	bit	bit	yes
bit	bit varying	(binary coercible)	yes
bit	integer	int4	no
bit varying	bit	(binary coercible)	yes
bit varying	bit varying	varbit	yes
boolean	character	text	in assignment
boolean	character varying	text	in assignment
boolean	integer	int4	no
boolean	text	text	in assignment
box	circle	circle	no
box	lseg	lseg	no
box	point	point	no
box	polygon	polygon	in assignment
character	"char"	char	in assignment
character	character	bpchar	yes
character	character varying	text	yes
character	name	name	yes
character	text	text	yes
character	xml	xml	no
character varying	"char"	char	in assignment
character varying	character	(binary coercible)	yes
character varying	character varying	varchar	yes
character varying	name	name	yes
character varying	regclass	regclass	yes
character varying	text	(binary coercible)	yes
character varying	xml	xml	no
cidr	character	text	in assignment
cidr	character varying	text	in assignment
cidr	inet	(binary coercible)	yes
cidr	text	text	in assignment
circle	box	box	no
circle	point	point	no
circle	polygon	polygon	no
date	timestamp with time zone	timestamptz	yes
date	timestamp without time zone	timestamp	yes
daterange	datemultirange	datemultirange	no
double precision	bigint	int8	in assignment
double precision	integer	int4	in assignment
double precision	numeric	numeric	in assignment
double precision	real	float4	in assignment
double precision	smallint	int2	in assignment
inet	character	text	in assignment
inet	character varying	text	in assignment
inet	cidr	cidr	in assignment
inet	text	text	in assignment
int4range	int4multirange	int4multirange	no
int8range	int8multirange	int8multirange	no
integer	"char"	char	no
integer	bigint	int8	yes
integer	bit	bit	no
integer	boolean	bool	no
integer	double precision	float8	yes
integer	money	money	in assignment
integer	numeric	numeric	yes
integer	oid	(binary coercible)	yes
integer	real	float4	yes
integer	regclass	(binary coercible)	yes
integer	regcollation	(binary coercible)	yes
integer	regconfig	(binary coercible)	yes
integer	regdictionary	(binary coercible)	yes
integer	regnamespace	(binary coercible)	yes
integer	regoper	(binary coercible)	yes
integer	regoperator	(binary coercible)	yes
integer	regproc	(binary coercible)	yes
integer	regprocedure	(binary coercible)	yes
integer	regrole	(binary coercible)	yes
integer	regtype	(binary coercible)	yes
integer	smallint	int2	in assignment
interval	interval	interval	yes
interval	time without time zone	time	in assignment
json	jsonb	(with inout)	in assignment
jsonb	bigint	int8	no
jsonb	boolean	bool	no
jsonb	double precision	float8	no
jsonb	integer	int4	no
jsonb	json	(with inout)	in assignment
jsonb	numeric	numeric	no
jsonb	real	float4	no
jsonb	smallint	int2	no
lseg	point	point	no
macaddr	macaddr8	macaddr8	yes
macaddr8	macaddr	macaddr	yes
money	numeric	numeric	in assignment
name	character	bpchar	in assignment
name	character varying	varchar	in assignment
name	text	text	yes
numeric	bigint	int8	in assignment
numeric	double precision	float8	yes
numeric	integer	int4	in assignment
numeric	money	money	in assignment
numeric	numeric	numeric	yes
numeric	real	float4	yes
numeric	smallint	int2	in assignment
numrange	nummultirange	nummultirange	no
oid	bigint	int8	in assignment
oid	integer	(binary coercible)	in assignment
oid	regclass	(binary coercible)	yes
oid	regcollation	(binary coercible)	yes
oid	regconfig	(binary coercible)	yes
oid	regdictionary	(binary coercible)	yes
oid	regnamespace	(binary coercible)	yes
oid	regoper	(binary coercible)	yes
oid	regoperator	(binary coercible)	yes
oid	regproc	(binary coercible)	yes
oid	regprocedure	(binary coercible)	yes
oid	regrole	(binary coercible)	yes
oid	regtype	(binary coercible)	yes
path	polygon	polygon	in assignment
pg_dependencies	bytea	(binary coercible)	yes
pg_dependencies	text	(with inout)	yes
pg_mcv_list	bytea	(binary coercible)	yes
pg_mcv_list	text	(with inout)	yes
pg_ndistinct	bytea	(binary coercible)	yes
pg_ndistinct	text	(with inout)	yes
pg_node_tree	text	(binary coercible)	yes
point	box	box	in assignment
polygon	box	box	no
polygon	circle	circle	no
polygon	path	path	in assignment
polygon	point	point	no
real	bigint	int8	in assignment
real	double precision	float8	yes
real	integer	int4	in assignment
real	numeric	numeric	in assignment
real	smallint	int2	in assignment
regclass	bigint	int8	in assignment
regclass	integer	(binary coercible)	in assignment
regclass	oid	(binary coercible)	yes
regcollation	bigint	int8	in assignment
regcollation	integer	(binary coercible)	in assignment
regcollation	oid	(binary coercible)	yes
regconfig	bigint	int8	in assignment
regconfig	integer	(binary coercible)	in assignment
regconfig	oid	(binary coercible)	yes
regdictionary	bigint	int8	in assignment
regdictionary	integer	(binary coercible)	in assignment
regdictionary	oid	(binary coercible)	yes
regnamespace	bigint	int8	in assignment
regnamespace	integer	(binary coercible)	in assignment
regnamespace	oid	(binary coercible)	yes
regoper	bigint	int8	in assignment
regoper	integer	(binary coercible)	in assignment
regoper	oid	(binary coercible)	yes
regoper	regoperator	(binary coercible)	yes
regoperator	bigint	int8	in assignment
regoperator	integer	(binary coercible)	in assignment
regoperator	oid	(binary coercible)	yes
regoperator	regoper	(binary coercible)	yes
regproc	bigint	int8	in assignment
regproc	integer	(binary coercible)	in assignment
regproc	oid	(binary coercible)	yes
regproc	regprocedure	(binary coercible)	yes
regprocedure	bigint	int8	in assignment
regprocedure	integer	(binary coercible)	in assignment
regprocedure	oid	(binary coercible)	yes
regprocedure	regproc	(binary coercible)	yes
regrole	bigint	int8	in assignment
regrole	integer	(binary coercible)	in assignment
regrole	oid	(binary coercible)	yes
regtype	bigint	int8	in assignment
regtype	integer	(binary coercible)	in assignment
regtype	oid	(binary coercible)	yes
smallint	bigint	int8	yes
smallint	double precision	float8	yes
smallint	integer	int4	yes
smallint	numeric	numeric	yes
smallint	oid	int4	yes
smallint	real	float4	yes
smallint	regclass	int4	yes
smallint	regcollation	int4	yes
smallint	regconfig	int4	yes
smallint	regdictionary	int4	yes
smallint	regnamespace	int4	yes
smallint	regoper	int4	yes
smallint	regoperator	int4	yes
smallint	regproc	int4	yes
smallint	regprocedure	int4	yes
smallint	regrole	int4	yes
smallint	regtype	int4	yes
text	"char"	char	in assignment
text	character	(binary coercible)	yes
text	character varying	(binary coercible)	yes
text	name	name	yes
text	regclass	regclass	yes
text	xml	xml	no
time with time zone	time with time zone	timetz	yes
time with time zone	time without time zone	time	in assignment
time without time zone	interval	interval	yes
time without time zone	time with time zone	timetz	yes
time without time zone	time without time zone	time	yes
timestamp with time zone	date	date	in assignment
timestamp with time zone	time with time zone	timetz	in assignment
timestamp with time zone	time without time zone	time	in assignment
timestamp with time zone	timestamp with time zone	timestamptz	yes
timestamp with time zone	timestamp without time zone	timestamp	in assignment
timestamp without time zone	date	date	in assignment
timestamp without time zone	time without time zone	time	in assignment
timestamp without time zone	timestamp with time zone	timestamptz	yes
timestamp without time zone	timestamp without time zone	timestamp	yes
tsrange	tsmultirange	tsmultirange	no
tstzrange	tstzmultirange	tstzmultirange	no
xid8	xid	xid	no
xml	character	(binary coercible)	in assignment
xml	character varying	(binary coercible)	in assignment
xml	text	(binary coercible)	in assignment
