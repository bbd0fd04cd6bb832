-- psql 15: completion by the Tab key

SELECT c.relname, NULL::pg_catalog.text FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'S', 'v', 'm', 'f', 'p') AND (c.relname) LIKE '%' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')
UNION ALL
SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE '%' AND n.nspname NOT LIKE E'pg\\_%'
LIMIT 1000;
---- 2 columns, 7 rows
accounts	\N
rich	\N
totals	\N
events	\N
plain	\N
\N	public
\N	information_schema

SELECT c.relname, NULL::pg_catalog.text FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'S', 'v', 'm', 'f', 'p') AND (c.relname) LIKE 'acc%' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')
UNION ALL
SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE 'acc%' AND n.nspname NOT LIKE E'pg\\_%'
LIMIT 1000;
---- 2 columns, 1 rows
accounts	\N

SELECT c.relname, n.nspname FROM pg_catalog.pg_class c, pg_catalog.pg_namespace n WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'S', 'v', 'm', 'f', 'p') AND (c.relname) LIKE '%' AND n.nspname = 'public'
LIMIT 1000;
---- 2 columns, 5 rows
accounts	public
rich	public
totals	public
events	public
plain	public

SELECT c.relname, n.nspname FROM pg_catalog.pg_class c, pg_catalog.pg_namespace n WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'S', 'v', 'm', 'f', 'p') AND (c.relname) LIKE 'acc%' AND n.nspname = 'public'
LIMIT 1000;
---- 2 columns, 1 rows
accounts	public

SELECT c.relname, NULL::pg_catalog.text FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'f', 'v', 'p') AND (c.relname) LIKE '%' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')
UNION ALL
SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE '%' AND n.nspname NOT LIKE E'pg\\_%'
LIMIT 1000;
---- 2 columns, 6 rows
accounts	\N
rich	\N
events	\N
plain	\N
\N	public
\N	information_schema

SELECT a.attname, NULL::pg_catalog.text FROM pg_catalog.pg_attribute a, pg_catalog.pg_class c WHERE c.oid = a.attrelid and a.attnum > 0 and not a.attisdropped AND (a.attname) LIKE '%' AND c.relname = 'accounts' AND pg_catalog.pg_table_is_visible(c.oid)
LIMIT 1000;
---- 2 columns, 4 rows
id	\N
owner	\N
balance	\N
opened	\N

SELECT c.relname, NULL::pg_catalog.text FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p') AND (c.relname) LIKE '%' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')
UNION ALL
SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE '%' AND n.nspname NOT LIKE E'pg\\_%'
LIMIT 1000;
---- 2 columns, 4 rows
accounts	\N
plain	\N
\N	public
\N	information_schema

SELECT c.relname, NULL::pg_catalog.text FROM pg_catalog.pg_class c WHERE c.relkind IN ('v') AND (c.relname) LIKE '%' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')
UNION ALL
SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE '%' AND n.nspname NOT LIKE E'pg\\_%'
LIMIT 1000;
---- 2 columns, 3 rows
rich	\N
\N	public
\N	information_schema

SELECT c.relname, NULL::pg_catalog.text FROM pg_catalog.pg_class c WHERE c.relkind IN ('m') AND (c.relname) LIKE '%' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')
UNION ALL
SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE '%' AND n.nspname NOT LIKE E'pg\\_%'
LIMIT 1000;
---- 2 columns, 3 rows
totals	\N
\N	public
\N	information_schema

SELECT c.relname, NULL::pg_catalog.text FROM pg_catalog.pg_class c WHERE c.relkind IN ('i', 'I') AND (c.relname) LIKE '%' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')
UNION ALL
SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE '%' AND n.nspname NOT LIKE E'pg\\_%'
LIMIT 1000;
---- 2 columns, 3 rows
accounts_pkey	\N
\N	public
\N	information_schema

SELECT nspname FROM pg_catalog.pg_namespace  WHERE nspname LIKE '%'
LIMIT 1000;
---- 1 columns, 4 rows
pg_toast
pg_catalog
public
information_schema

SELECT c.relname, NULL::pg_catalog.text FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'm') AND (c.relname) LIKE '%' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')
UNION ALL
SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE '%' AND n.nspname NOT LIKE E'pg\\_%'
LIMIT 1000;
---- 2 columns, 5 rows
accounts	\N
totals	\N
plain	\N
\N	public
\N	information_schema

SELECT c.relname, NULL::pg_catalog.text FROM pg_catalog.pg_class c WHERE (c.relname) LIKE '%' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')
UNION ALL
SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE '%' AND n.nspname NOT LIKE E'pg\\_%'
LIMIT 1000;
---- 2 columns, 8 rows
accounts	\N
accounts_pkey	\N
rich	\N
totals	\N
events	\N
plain	\N
\N	public
\N	information_schema

SELECT p.proname, NULL::pg_catalog.text FROM pg_catalog.pg_proc p WHERE p.prokind != 'p' AND (p.proname) LIKE '%' AND pg_catalog.pg_function_is_visible(p.oid)
UNION ALL
SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE '%' AND n.nspname NOT LIKE E'pg\\_%'
LIMIT 1000;
---- 2 columns, 1000 rows
boolin	\N
boolout	\N
byteain	\N
byteaout	\N
charin	\N
charout	\N
namein	\N
nameout	\N
int2in	\N
int2out	\N
int2vectorin	\N
int2vectorout	\N
int4in	\N
int4out	\N
regprocin	\N
regprocout	\N
to_regproc	\N
to_regprocedure	\N
textin	\N
textout	\N
tidin	\N
tidout	\N
xidin	\N
xidout	\N
xid8in	\N
xid8out	\N
xid8recv	\N
xid8send	\N
cidin	\N
cidout	\N
oidvectorin	\N
oidvectorout	\N
boollt	\N
boolgt	\N
booleq	\N
chareq	\N
nameeq	\N
int2eq	\N
int2lt	\N
int4eq	\N
int4lt	\N
texteq	\N
starts_with	\N
text_starts_with_support	\N
xideq	\N
xidneq	\N
xid8eq	\N
xid8ne	\N
xid8lt	\N
xid8gt	\N
xid8le	\N
xid8ge	\N
xid8cmp	\N
xid	\N
xid8_larger	\N
xid8_smaller	\N
cideq	\N
charne	\N
charlt	\N
charle	\N
chargt	\N
charge	\N
int4	\N
char	\N
nameregexeq	\N
nameregexne	\N
textregexeq	\N
textregexne	\N
textregexeq_support	\N
textlen	\N
textcat	\N
boolne	\N
version	\N
pg_ddl_command_in	\N
pg_ddl_command_out	\N
pg_ddl_command_recv	\N
pg_ddl_command_send	\N
eqsel	\N
neqsel	\N
scalarltsel	\N
scalargtsel	\N
eqjoinsel	\N
neqjoinsel	\N
scalarltjoinsel	\N
scalargtjoinsel	\N
scalarlesel	\N
scalargesel	\N
scalarlejoinsel	\N
scalargejoinsel	\N
unknownin	\N
unknownout	\N
box_above_eq	\N
box_below_eq	\N
point_in	\N
point_out	\N
lseg_in	\N
lseg_out	\N
path_in	\N
path_out	\N
box_in	\N
box_out	\N
box_overlap	\N
box_ge	\N
box_gt	\N
box_eq	\N
box_lt	\N
box_le	\N
point_above	\N
point_left	\N
point_right	\N
point_below	\N
point_eq	\N
on_pb	\N
on_ppath	\N
box_center	\N
areasel	\N
areajoinsel	\N
int4mul	\N
int4ne	\N
int2ne	\N
int2gt	\N
int4gt	\N
int2le	\N
int4le	\N
int4ge	\N
int2ge	\N
int2mul	\N
int2div	\N
int4div	\N
int2mod	\N
int4mod	\N
textne	\N
int24eq	\N
int42eq	\N
int24lt	\N
int42lt	\N
int24gt	\N
int42gt	\N
int24ne	\N
int42ne	\N
int24le	\N
int42le	\N
int24ge	\N
int42ge	\N
int24mul	\N
int42mul	\N
int24div	\N
int42div	\N
int2pl	\N
int4pl	\N
int24pl	\N
int42pl	\N
int2mi	\N
int4mi	\N
int24mi	\N
int42mi	\N
oideq	\N
oidne	\N
box_same	\N
box_contain	\N
box_left	\N
box_overleft	\N
box_overright	\N
box_right	\N
box_contained	\N
box_contain_pt	\N
pg_node_tree_in	\N
pg_node_tree_out	\N
pg_node_tree_recv	\N
pg_node_tree_send	\N
float4in	\N
float4out	\N
float4mul	\N
float4div	\N
float4pl	\N
float4mi	\N
float4um	\N
float4abs	\N
float4_accum	\N
float4larger	\N
float4smaller	\N
int4um	\N
int2um	\N
float8in	\N
float8out	\N
float8mul	\N
float8div	\N
float8pl	\N
float8mi	\N
float8um	\N
float8abs	\N
float8_accum	\N
float8_combine	\N
float8larger	\N
float8smaller	\N
lseg_center	\N
poly_center	\N
dround	\N
dtrunc	\N
ceil	\N
ceiling	\N
floor	\N
sign	\N
dsqrt	\N
dcbrt	\N
dpow	\N
dexp	\N
dlog1	\N
float8	\N
float4	\N
int2	\N
int2	\N
line_distance	\N
nameeqtext	\N
namelttext	\N
nameletext	\N
namegetext	\N
namegttext	\N
namenetext	\N
btnametextcmp	\N
texteqname	\N
textltname	\N
textlename	\N
textgename	\N
textgtname	\N
textnename	\N
bttextnamecmp	\N
nameconcatoid	\N
timeofday	\N
inter_sl	\N
inter_lb	\N
float48mul	\N
float48div	\N
float48pl	\N
float48mi	\N
float84mul	\N
float84div	\N
float84pl	\N
float84mi	\N
float4eq	\N
float4ne	\N
float4lt	\N
float4le	\N
float4gt	\N
float4ge	\N
float8eq	\N
float8ne	\N
float8lt	\N
float8le	\N
float8gt	\N
float8ge	\N
float48eq	\N
float48ne	\N
float48lt	\N
float48le	\N
float48gt	\N
float48ge	\N
float84eq	\N
float84ne	\N
float84lt	\N
float84le	\N
float84gt	\N
float84ge	\N
width_bucket	\N
float8	\N
float4	\N
int4	\N
int2	\N
float8	\N
int4	\N
float4	\N
int4	\N
heap_tableam_handler	\N
bthandler	\N
hashhandler	\N
gisthandler	\N
ginhandler	\N
spghandler	\N
brinhandler	\N
brin_summarize_new_values	\N
brin_summarize_range	\N
brin_desummarize_range	\N
amvalidate	\N
pg_indexam_has_property	\N
pg_index_has_property	\N
pg_index_column_has_property	\N
pg_indexam_progress_phasename	\N
poly_same	\N
poly_contain	\N
poly_left	\N
poly_overleft	\N
poly_overright	\N
poly_right	\N
poly_contained	\N
poly_overlap	\N
poly_in	\N
poly_out	\N
btint2cmp	\N
btint2sortsupport	\N
btint4cmp	\N
btint4sortsupport	\N
btint8cmp	\N
btint8sortsupport	\N
btfloat4cmp	\N
btfloat4sortsupport	\N
btfloat8cmp	\N
btfloat8sortsupport	\N
btoidcmp	\N
btoidsortsupport	\N
btoidvectorcmp	\N
btcharcmp	\N
btnamecmp	\N
btnamesortsupport	\N
bttextcmp	\N
bttextsortsupport	\N
btvarstrequalimage	\N
cash_cmp	\N
btarraycmp	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
lseg_distance	\N
lseg_interpt	\N
dist_ps	\N
dist_sp	\N
dist_pb	\N
dist_bp	\N
dist_sb	\N
dist_bs	\N
close_ps	\N
close_pb	\N
close_sb	\N
on_ps	\N
path_distance	\N
dist_ppath	\N
dist_pathp	\N
on_sb	\N
inter_sb	\N
text	\N
text	\N
name	\N
bpchar	\N
name	\N
hashint2	\N
hashint2extended	\N
hashint4	\N
hashint4extended	\N
hashint8	\N
hashint8extended	\N
hashfloat4	\N
hashfloat4extended	\N
hashfloat8	\N
hashfloat8extended	\N
hashoid	\N
hashoidextended	\N
hashchar	\N
hashcharextended	\N
hashname	\N
hashnameextended	\N
hashtext	\N
hashtextextended	\N
hashvarlena	\N
hashvarlenaextended	\N
hashoidvector	\N
hashoidvectorextended	\N
hash_aclitem	\N
hash_aclitem_extended	\N
hashmacaddr	\N
hashmacaddrextended	\N
hashinet	\N
hashinetextended	\N
hash_numeric	\N
hash_numeric_extended	\N
hashmacaddr8	\N
hashmacaddr8extended	\N
num_nulls	\N
num_nonnulls	\N
text_larger	\N
text_smaller	\N
int8in	\N
int8out	\N
int8um	\N
int8pl	\N
int8mi	\N
int8mul	\N
int8div	\N
int8eq	\N
int8ne	\N
int8lt	\N
int8gt	\N
int8le	\N
int8ge	\N
int84eq	\N
int84ne	\N
int84lt	\N
int84gt	\N
int84le	\N
int84ge	\N
int4	\N
int8	\N
float8	\N
int8	\N
hash_array	\N
hash_array_extended	\N
float4	\N
int8	\N
int2	\N
int8	\N
namelt	\N
namele	\N
namegt	\N
namege	\N
namene	\N
bpchar	\N
varchar_support	\N
varchar	\N
oidvectorne	\N
oidvectorlt	\N
oidvectorle	\N
oidvectoreq	\N
oidvectorge	\N
oidvectorgt	\N
getpgusername	\N
oidlt	\N
oidle	\N
octet_length	\N
get_byte	\N
set_byte	\N
get_bit	\N
set_bit	\N
overlay	\N
overlay	\N
bit_count	\N
dist_pl	\N
dist_lp	\N
dist_sl	\N
dist_ls	\N
dist_cpoly	\N
dist_polyc	\N
poly_distance	\N
dist_ppoly	\N
dist_polyp	\N
dist_cpoint	\N
text_lt	\N
text_le	\N
text_gt	\N
text_ge	\N
current_user	\N
session_user	\N
array_eq	\N
array_ne	\N
array_lt	\N
array_gt	\N
array_le	\N
array_ge	\N
array_dims	\N
array_ndims	\N
array_in	\N
array_out	\N
array_lower	\N
array_upper	\N
array_length	\N
cardinality	\N
array_append	\N
array_prepend	\N
array_cat	\N
string_to_array	\N
string_to_array	\N
string_to_table	\N
string_to_table	\N
array_to_string	\N
array_to_string	\N
array_larger	\N
array_smaller	\N
array_position	\N
array_position	\N
array_positions	\N
generate_subscripts	\N
generate_subscripts	\N
array_fill	\N
array_fill	\N
unnest	\N
array_unnest_support	\N
array_remove	\N
array_replace	\N
array_agg_transfn	\N
array_agg_finalfn	\N
array_agg	\N
array_agg_array_transfn	\N
array_agg_array_finalfn	\N
array_agg	\N
width_bucket	\N
trim_array	\N
array_typanalyze	\N
arraycontsel	\N
arraycontjoinsel	\N
postgres_fdw_handler	\N
int4inc	\N
int4larger	\N
int4smaller	\N
int2larger	\N
int2smaller	\N
cash_mul_flt4	\N
cash_div_flt4	\N
flt4_mul_cash	\N
position	\N
textlike	\N
textlike_support	\N
textnlike	\N
int48eq	\N
int48ne	\N
int48lt	\N
int48gt	\N
int48le	\N
int48ge	\N
namelike	\N
namenlike	\N
bpchar	\N
current_database	\N
current_query	\N
int8_mul_cash	\N
int4_mul_cash	\N
int2_mul_cash	\N
cash_mul_int8	\N
cash_div_int8	\N
cash_mul_int4	\N
cash_div_int4	\N
cash_mul_int2	\N
cash_div_int2	\N
cash_in	\N
cash_out	\N
cash_eq	\N
cash_ne	\N
lo_export	\N
cash_lt	\N
cash_le	\N
cash_gt	\N
cash_ge	\N
cash_pl	\N
cash_mi	\N
cash_mul_flt8	\N
cash_div_flt8	\N
cashlarger	\N
cashsmaller	\N
flt8_mul_cash	\N
cash_words	\N
cash_div_cash	\N
numeric	\N
money	\N
money	\N
money	\N
mod	\N
mod	\N
int8mod	\N
mod	\N
gcd	\N
gcd	\N
lcm	\N
lcm	\N
char	\N
text	\N
lo_open	\N
lo_close	\N
loread	\N
lowrite	\N
lo_lseek	\N
lo_lseek64	\N
lo_creat	\N
lo_create	\N
lo_tell	\N
lo_tell64	\N
lo_truncate	\N
lo_truncate64	\N
lo_from_bytea	\N
lo_get	\N
lo_get	\N
lo_put	\N
on_pl	\N
on_sl	\N
close_pl	\N
lo_unlink	\N
path_inter	\N
area	\N
width	\N
height	\N
box_distance	\N
area	\N
box_intersect	\N
bound_box	\N
diagonal	\N
path_n_lt	\N
path_n_gt	\N
path_n_eq	\N
path_n_le	\N
path_n_ge	\N
path_length	\N
point_ne	\N
point_vert	\N
point_horiz	\N
point_distance	\N
slope	\N
lseg	\N
lseg_intersect	\N
lseg_parallel	\N
lseg_perp	\N
lseg_vertical	\N
lseg_horizontal	\N
lseg_eq	\N
timezone	\N
aclitemin	\N
aclitemout	\N
aclinsert	\N
aclremove	\N
aclcontains	\N
aclitemeq	\N
makeaclitem	\N
acldefault	\N
date_mi	\N
aclexplode	\N
bpcharin	\N
bpcharout	\N
bpchartypmodin	\N
bpchartypmodout	\N
varcharin	\N
varcharout	\N
varchartypmodin	\N
varchartypmodout	\N
bpchareq	\N
bpcharlt	\N
bpcharle	\N
bpchargt	\N
bpcharge	\N
bpcharne	\N
bpchar_larger	\N
bpchar_smaller	\N
bpcharcmp	\N
bpchar_sortsupport	\N
hashbpchar	\N
hashbpcharextended	\N
format_type	\N
date_in	\N
date_out	\N
date_eq	\N
date_lt	\N
date_le	\N
date_gt	\N
date_ge	\N
date_ne	\N
date_cmp	\N
date_sortsupport	\N
in_range	\N
time_lt	\N
time_le	\N
time_gt	\N
time_ge	\N
time_ne	\N
time_cmp	\N
date_larger	\N
date_smaller	\N
date_pli	\N
date_mii	\N
time_in	\N
time_out	\N
timetypmodin	\N
timetypmodout	\N
time_eq	\N
circle_add_pt	\N
circle_sub_pt	\N
circle_mul_pt	\N
circle_div_pt	\N
timestamptz_in	\N
timestamptz_out	\N
timestamptztypmodin	\N
timestamptztypmodout	\N
timestamptz_eq	\N
timestamptz_ne	\N
timestamptz_lt	\N
timestamptz_le	\N
timestamptz_ge	\N
timestamptz_gt	\N
to_timestamp	\N
timezone	\N
interval_in	\N
interval_out	\N
intervaltypmodin	\N
intervaltypmodout	\N
interval_eq	\N
interval_ne	\N
interval_lt	\N
interval_le	\N
interval_ge	\N
interval_gt	\N
interval_um	\N
interval_pl	\N
interval_mi	\N
date_part	\N
extract	\N
date_part	\N
extract	\N
timestamptz	\N
justify_interval	\N
justify_hours	\N
justify_days	\N
postgres_fdw_validator	\N
date	\N
age	\N
mxid_age	\N
timestamptz_mi	\N
timestamptz_pl_interval	\N
timestamptz_mi_interval	\N
timestamptz_smaller	\N
timestamptz_larger	\N
interval_smaller	\N
interval_larger	\N
age	\N
interval_support	\N
interval	\N
postgres_fdw_get_connections	\N
postgres_fdw_disconnect	\N
date_trunc	\N
date_trunc	\N
date_trunc	\N
int8inc	\N
int8dec	\N
int8inc_any	\N
int8dec_any	\N
int8abs	\N
int8larger	\N
int8smaller	\N
texticregexeq	\N
texticregexeq_support	\N
texticregexne	\N
nameicregexeq	\N
nameicregexne	\N
int4abs	\N
int2abs	\N
overlaps	\N
datetime_pl	\N
date_part	\N
extract	\N
int84pl	\N
int84mi	\N
int84mul	\N
int84div	\N
int48pl	\N
int48mi	\N
int48mul	\N
int48div	\N
int82pl	\N
int82mi	\N
int82mul	\N
int82div	\N
int28pl	\N
int28mi	\N
int28mul	\N
int28div	\N
oid	\N
int8	\N
suppress_redundant_updates_trigger	\N
tideq	\N
currtid2	\N
tidne	\N
tidgt	\N
tidlt	\N
tidge	\N
tidle	\N
bttidcmp	\N
tidlarger	\N
tidsmaller	\N
hashtid	\N
hashtidextended	\N
postgres_fdw_disconnect_all	\N
datetimetz_pl	\N
now	\N
transaction_timestamp	\N
statement_timestamp	\N
clock_timestamp	\N
positionsel	\N
positionjoinsel	\N
contsel	\N
contjoinsel	\N
overlaps	\N
overlaps	\N
timestamp_in	\N
timestamp_out	\N
timestamptypmodin	\N
timestamptypmodout	\N
timestamptz_cmp	\N
interval_cmp	\N
time	\N
length	\N
length	\N
xideqint4	\N
xidneqint4	\N
interval_div	\N
dlog10	\N
log	\N
log10	\N
ln	\N
round	\N
trunc	\N
sqrt	\N
cbrt	\N
pow	\N
power	\N
exp	\N
oidvectortypes	\N
timetz_in	\N
timetz_out	\N
timetztypmodin	\N
timetztypmodout	\N
timetz_eq	\N
timetz_ne	\N
timetz_lt	\N
timetz_le	\N
timetz_ge	\N
timetz_gt	\N
timetz_cmp	\N
timestamptz	\N
character_length	\N
character_length	\N
interval	\N
char_length	\N
octet_length	\N
octet_length	\N
time_larger	\N
time_smaller	\N
timetz_larger	\N
timetz_smaller	\N
char_length	\N
extract	\N
date_part	\N
extract	\N
timetz	\N
isfinite	\N
isfinite	\N
isfinite	\N
factorial	\N
abs	\N
abs	\N
abs	\N
abs	\N
abs	\N
name	\N
varchar	\N
current_schema	\N
current_schemas	\N
overlay	\N
overlay	\N
isvertical	\N
ishorizontal	\N
isparallel	\N
isperp	\N
isvertical	\N
ishorizontal	\N
isparallel	\N
isperp	\N
isvertical	\N
ishorizontal	\N
point	\N
time	\N
box	\N
box_add	\N
box_sub	\N
box_mul	\N
box_div	\N
poly_contain_pt	\N
pt_contained_poly	\N
isclosed	\N
isopen	\N
path_npoints	\N
pclose	\N
popen	\N
path_add	\N
path_add_pt	\N
path_sub_pt	\N
path_mul_pt	\N
path_div_pt	\N
point	\N
point_add	\N
point_sub	\N
point_mul	\N
point_div	\N
poly_npoints	\N
box	\N
path	\N
polygon	\N
polygon	\N
circle_in	\N
circle_out	\N
circle_same	\N
circle_contain	\N
circle_left	\N
circle_overleft	\N
circle_overright	\N
circle_right	\N
circle_contained	\N
circle_overlap	\N
circle_below	\N
circle_above	\N
circle_eq	\N
circle_ne	\N
circle_lt	\N
circle_gt	\N
circle_le	\N
circle_ge	\N
area	\N
diameter	\N
radius	\N
circle_distance	\N
circle_center	\N
circle	\N
circle	\N
polygon	\N
dist_pc	\N
circle_contain_pt	\N
pt_contained_circle	\N
box	\N
circle	\N
box	\N
lseg_ne	\N
lseg_lt	\N
lseg_le	\N
lseg_gt	\N
lseg_ge	\N
lseg_length	\N
close_ls	\N
close_lseg	\N
line_in	\N
line_out	\N
line_eq	\N
line	\N
line_interpt	\N
line_intersect	\N
line_parallel	\N
line_perp	\N
line_vertical	\N
line_horizontal	\N
length	\N
length	\N
point	\N
point	\N
point	\N
lseg	\N
center	\N
center	\N
npoints	\N
npoints	\N
bit_in	\N
bit_out	\N
bittypmodin	\N
bittypmodout	\N
like	\N
notlike	\N
like	\N
notlike	\N
nextval	\N
currval	\N
setval	\N
setval	\N
pg_sequence_parameters	\N
pg_sequence_last_value	\N
pg_nextoid	\N
pg_stop_making_pinned_objects	\N
varbit_in	\N
varbit_out	\N
varbittypmodin	\N
varbittypmodout	\N
biteq	\N
bitne	\N
bitge	\N
bitgt	\N
bitle	\N
bitlt	\N
bitcmp	\N
random	\N
setseed	\N
asin	\N
acos	\N
atan	\N
atan2	\N
sin	\N
cos	\N
tan	\N
cot	\N
asind	\N
acosd	\N
atand	\N
atan2d	\N
sind	\N
cosd	\N
tand	\N
cotd	\N

SELECT datname FROM pg_catalog.pg_database  WHERE datname LIKE '%'
LIMIT 1000;
---- 1 columns, 4 rows
postgres
dev
template1
template0

SELECT pg_catalog.lower(name) FROM pg_catalog.pg_settings  WHERE context IN ('user', 'superuser')    AND pg_catalog.lower(name) LIKE pg_catalog.lower('%')
LIMIT 1000;
---- 1 columns, 181 rows
allow_in_place_tablespaces
allow_system_table_mods
application_name
array_nulls
backend_flush_after
backslash_quote
backtrace_functions
bytea_output
check_function_bodies
client_connection_check_interval
client_encoding
client_min_messages
commit_delay
commit_siblings
compute_query_id
constraint_exclusion
cpu_index_tuple_cost
cpu_operator_cost
cpu_tuple_cost
cursor_tuple_fraction
datestyle
deadlock_timeout
debug_discard_caches
debug_pretty_print
debug_print_parse
debug_print_plan
debug_print_rewritten
default_statistics_target
default_table_access_method
default_tablespace
default_text_search_config
default_toast_compression
default_transaction_deferrable
default_transaction_isolation
default_transaction_read_only
dynamic_library_path
effective_cache_size
effective_io_concurrency
enable_async_append
enable_bitmapscan
enable_gathermerge
enable_hashagg
enable_hashjoin
enable_incremental_sort
enable_indexonlyscan
enable_indexscan
enable_material
enable_memoize
enable_mergejoin
enable_nestloop
enable_parallel_append
enable_parallel_hash
enable_partition_pruning
enable_partitionwise_aggregate
enable_partitionwise_join
enable_seqscan
enable_sort
enable_tidscan
escape_string_warning
exit_on_error
extension_destdir
extra_float_digits
force_parallel_mode
from_collapse_limit
geqo
geqo_effort
geqo_generations
geqo_pool_size
geqo_seed
geqo_selection_bias
geqo_threshold
gin_fuzzy_search_limit
gin_pending_list_limit
hash_mem_multiplier
idle_in_transaction_session_timeout
idle_session_timeout
ignore_checksum_failure
intervalstyle
jit
jit_above_cost
jit_dump_bitcode
jit_expressions
jit_inline_above_cost
jit_optimize_above_cost
jit_tuple_deforming
join_collapse_limit
lc_messages
lc_monetary
lc_numeric
lc_time
lo_compat_privileges
local_preload_libraries
lock_timeout
log_duration
log_error_verbosity
log_executor_stats
log_lock_waits
log_min_duration_sample
log_min_duration_statement
log_min_error_statement
log_min_messages
log_parameter_max_length
log_parameter_max_length_on_error
log_parser_stats
log_planner_stats
log_replication_commands
log_statement
log_statement_sample_rate
log_statement_stats
log_temp_files
log_transaction_sample_rate
logical_decoding_work_mem
maintenance_io_concurrency
maintenance_work_mem
max_parallel_maintenance_workers
max_parallel_workers
max_parallel_workers_per_gather
max_stack_depth
min_parallel_index_scan_size
min_parallel_table_scan_size
parallel_leader_participation
parallel_setup_cost
parallel_tuple_cost
password_encryption
plan_cache_mode
quote_all_identifiers
random_page_cost
recursive_worktable_factor
restrict_nonsystem_relation_kind
row_security
search_path
seq_page_cost
session_preload_libraries
session_replication_role
standard_conforming_strings
statement_timeout
stats_fetch_consistency
synchronize_seqscans
synchronous_commit
tcp_keepalives_count
tcp_keepalives_idle
tcp_keepalives_interval
tcp_user_timeout
temp_buffers
temp_file_limit
temp_tablespaces
timezone
timezone_abbreviations
trace_notify
trace_sort
track_activities
track_counts
track_functions
track_io_timing
track_wal_io_timing
transaction_deferrable
transaction_isolation
transaction_read_only
transform_null_equals
update_process_title
vacuum_cost_delay
vacuum_cost_limit
vacuum_cost_page_dirty
vacuum_cost_page_hit
vacuum_cost_page_miss
vacuum_failsafe_age
vacuum_freeze_min_age
vacuum_freeze_table_age
vacuum_multixact_failsafe_age
vacuum_multixact_freeze_min_age
vacuum_multixact_freeze_table_age
wal_compression
wal_consistency_checking
wal_init_zero
wal_recycle
wal_sender_timeout
wal_skip_threshold
work_mem
xmlbinary
xmloption
zero_damaged_pages

SELECT pg_catalog.lower(name) FROM pg_catalog.pg_settings  WHERE context IN ('user', 'superuser')    AND pg_catalog.lower(name) LIKE pg_catalog.lower('time%')
LIMIT 1000;
---- 1 columns, 2 rows
timezone
timezone_abbreviations

SELECT pg_catalog.lower(name) FROM pg_catalog.pg_settings  WHERE context IN ('user', 'superuser')    AND pg_catalog.lower(name) LIKE pg_catalog.lower('timezone%')
LIMIT 1000;
---- 1 columns, 2 rows
timezone
timezone_abbreviations

SELECT pg_catalog.lower(name) FROM pg_catalog.pg_settings  WHERE pg_catalog.lower(name) LIKE pg_catalog.lower('%')
LIMIT 1000;
---- 1 columns, 354 rows
allow_in_place_tablespaces
allow_system_table_mods
application_name
archive_cleanup_command
archive_command
archive_library
archive_mode
archive_timeout
array_nulls
authentication_timeout
autovacuum
autovacuum_analyze_scale_factor
autovacuum_analyze_threshold
autovacuum_freeze_max_age
autovacuum_max_workers
autovacuum_multixact_freeze_max_age
autovacuum_naptime
autovacuum_vacuum_cost_delay
autovacuum_vacuum_cost_limit
autovacuum_vacuum_insert_scale_factor
autovacuum_vacuum_insert_threshold
autovacuum_vacuum_scale_factor
autovacuum_vacuum_threshold
autovacuum_work_mem
backend_flush_after
backslash_quote
backtrace_functions
bgwriter_delay
bgwriter_flush_after
bgwriter_lru_maxpages
bgwriter_lru_multiplier
block_size
bonjour
bonjour_name
bytea_output
check_function_bodies
checkpoint_completion_target
checkpoint_flush_after
checkpoint_timeout
checkpoint_warning
client_connection_check_interval
client_encoding
client_min_messages
cluster_name
commit_delay
commit_siblings
compute_query_id
config_file
constraint_exclusion
cpu_index_tuple_cost
cpu_operator_cost
cpu_tuple_cost
cursor_tuple_fraction
data_checksums
data_directory
data_directory_mode
data_sync_retry
datestyle
db_user_namespace
deadlock_timeout
debug_assertions
debug_discard_caches
debug_pretty_print
debug_print_parse
debug_print_plan
debug_print_rewritten
default_statistics_target
default_table_access_method
default_tablespace
default_text_search_config
default_toast_compression
default_transaction_deferrable
default_transaction_isolation
default_transaction_read_only
dynamic_library_path
dynamic_shared_memory_type
effective_cache_size
effective_io_concurrency
enable_async_append
enable_bitmapscan
enable_gathermerge
enable_hashagg
enable_hashjoin
enable_incremental_sort
enable_indexonlyscan
enable_indexscan
enable_material
enable_memoize
enable_mergejoin
enable_nestloop
enable_parallel_append
enable_parallel_hash
enable_partition_pruning
enable_partitionwise_aggregate
enable_partitionwise_join
enable_seqscan
enable_sort
enable_tidscan
escape_string_warning
event_source
exit_on_error
extension_destdir
external_pid_file
extra_float_digits
force_parallel_mode
from_collapse_limit
fsync
full_page_writes
geqo
geqo_effort
geqo_generations
geqo_pool_size
geqo_seed
geqo_selection_bias
geqo_threshold
gin_fuzzy_search_limit
gin_pending_list_limit
hash_mem_multiplier
hba_file
hot_standby
hot_standby_feedback
huge_page_size
huge_pages
ident_file
idle_in_transaction_session_timeout
idle_session_timeout
ignore_checksum_failure
ignore_invalid_pages
ignore_system_indexes
in_hot_standby
integer_datetimes
intervalstyle
jit
jit_above_cost
jit_debugging_support
jit_dump_bitcode
jit_expressions
jit_inline_above_cost
jit_optimize_above_cost
jit_profiling_support
jit_provider
jit_tuple_deforming
join_collapse_limit
krb_caseins_users
krb_server_keyfile
lc_collate
lc_ctype
lc_messages
lc_monetary
lc_numeric
lc_time
listen_addresses
lo_compat_privileges
local_preload_libraries
lock_timeout
log_autovacuum_min_duration
log_checkpoints
log_connections
log_destination
log_directory
log_disconnections
log_duration
log_error_verbosity
log_executor_stats
log_file_mode
log_filename
log_hostname
log_line_prefix
log_lock_waits
log_min_duration_sample
log_min_duration_statement
log_min_error_statement
log_min_messages
log_parameter_max_length
log_parameter_max_length_on_error
log_parser_stats
log_planner_stats
log_recovery_conflict_waits
log_replication_commands
log_rotation_age
log_rotation_size
log_startup_progress_interval
log_statement
log_statement_sample_rate
log_statement_stats
log_temp_files
log_timezone
log_transaction_sample_rate
log_truncate_on_rotation
logging_collector
logical_decoding_work_mem
maintenance_io_concurrency
maintenance_work_mem
max_connections
max_files_per_process
max_function_args
max_identifier_length
max_index_keys
max_locks_per_transaction
max_logical_replication_workers
max_parallel_maintenance_workers
max_parallel_workers
max_parallel_workers_per_gather
max_pred_locks_per_page
max_pred_locks_per_relation
max_pred_locks_per_transaction
max_prepared_transactions
max_replication_slots
max_slot_wal_keep_size
max_stack_depth
max_standby_archive_delay
max_standby_streaming_delay
max_sync_workers_per_subscription
max_wal_senders
max_wal_size
max_worker_processes
min_dynamic_shared_memory
min_parallel_index_scan_size
min_parallel_table_scan_size
min_wal_size
old_snapshot_threshold
parallel_leader_participation
parallel_setup_cost
parallel_tuple_cost
password_encryption
plan_cache_mode
port
post_auth_delay
pre_auth_delay
primary_conninfo
primary_slot_name
promote_trigger_file
quote_all_identifiers
random_page_cost
recovery_end_command
recovery_init_sync_method
recovery_min_apply_delay
recovery_prefetch
recovery_target
recovery_target_action
recovery_target_inclusive
recovery_target_lsn
recovery_target_name
recovery_target_time
recovery_target_timeline
recovery_target_xid
recursive_worktable_factor
remove_temp_files_after_crash
restart_after_crash
restore_command
restrict_nonsystem_relation_kind
row_security
search_path
segment_size
seq_page_cost
server_encoding
server_version
server_version_num
session_preload_libraries
session_replication_role
shared_buffers
shared_memory_size
shared_memory_size_in_huge_pages
shared_memory_type
shared_preload_libraries
ssl
ssl_ca_file
ssl_cert_file
ssl_ciphers
ssl_crl_dir
ssl_crl_file
ssl_dh_params_file
ssl_ecdh_curve
ssl_key_file
ssl_library
ssl_max_protocol_version
ssl_min_protocol_version
ssl_passphrase_command
ssl_passphrase_command_supports_reload
ssl_prefer_server_ciphers
standard_conforming_strings
statement_timeout
stats_fetch_consistency
superuser_reserved_connections
synchronize_seqscans
synchronous_commit
synchronous_standby_names
syslog_facility
syslog_ident
syslog_sequence_numbers
syslog_split_messages
tcp_keepalives_count
tcp_keepalives_idle
tcp_keepalives_interval
tcp_user_timeout
temp_buffers
temp_file_limit
temp_tablespaces
timezone
timezone_abbreviations
trace_notify
trace_recovery_messages
trace_sort
track_activities
track_activity_query_size
track_commit_timestamp
track_counts
track_functions
track_io_timing
track_wal_io_timing
transaction_deferrable
transaction_isolation
transaction_read_only
transform_null_equals
unix_socket_directories
unix_socket_group
unix_socket_permissions
update_process_title
vacuum_cost_delay
vacuum_cost_limit
vacuum_cost_page_dirty
vacuum_cost_page_hit
vacuum_cost_page_miss
vacuum_defer_cleanup_age
vacuum_failsafe_age
vacuum_freeze_min_age
vacuum_freeze_table_age
vacuum_multixact_failsafe_age
vacuum_multixact_freeze_min_age
vacuum_multixact_freeze_table_age
wal_block_size
wal_buffers
wal_compression
wal_consistency_checking
wal_decode_buffer_size
wal_init_zero
wal_keep_size
wal_level
wal_log_hints
wal_receiver_create_temp_slot
wal_receiver_status_interval
wal_receiver_timeout
wal_recycle
wal_retrieve_retry_interval
wal_segment_size
wal_sender_timeout
wal_skip_threshold
wal_sync_method
wal_writer_delay
wal_writer_flush_after
work_mem
xmlbinary
xmloption
zero_damaged_pages

SELECT pg_catalog.lower(name) FROM pg_catalog.pg_settings  WHERE pg_catalog.lower(name) LIKE pg_catalog.lower('time%')
LIMIT 1000;
---- 1 columns, 2 rows
timezone
timezone_abbreviations

SELECT pg_catalog.lower(name) FROM pg_catalog.pg_settings  WHERE pg_catalog.lower(name) LIKE pg_catalog.lower('timezone%')
LIMIT 1000;
---- 1 columns, 2 rows
timezone
timezone_abbreviations

SELECT nspname FROM pg_catalog.pg_namespace  WHERE nspname LIKE '%' AND nspname NOT LIKE E'pg\\_toast%' AND nspname NOT LIKE E'pg\\_temp%'
LIMIT 1000;
---- 1 columns, 3 rows
pg_catalog
public
information_schema

SELECT c.relname, NULL::pg_catalog.text FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'f', 'p') AND (c.relname) LIKE '%' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')
UNION ALL
SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE '%' AND n.nspname NOT LIKE E'pg\\_%'
LIMIT 1000;
---- 2 columns, 5 rows
accounts	\N
events	\N
plain	\N
\N	public
\N	information_schema

 SELECT rolname    FROM pg_catalog.pg_roles   WHERE rolname LIKE '%'
LIMIT 1000;
---- 1 columns, 13 rows
root
pg_database_owner
pg_read_all_data
pg_write_all_data
pg_monitor
pg_read_all_settings
pg_read_all_stats
pg_stat_scan_tables
pg_read_server_files
pg_write_server_files
pg_execute_server_program
pg_signal_backend
pg_checkpoint

SELECT c.relname, NULL::pg_catalog.text FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'm', 'f') AND (c.relname) LIKE '%' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')
UNION ALL
SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE '%' AND n.nspname NOT LIKE E'pg\\_%'
LIMIT 1000;
---- 2 columns, 6 rows
accounts	\N
totals	\N
events	\N
plain	\N
\N	public
\N	information_schema

SELECT p.proname, NULL::pg_catalog.text FROM pg_catalog.pg_proc p WHERE (p.proname) LIKE '%' AND pg_catalog.pg_function_is_visible(p.oid)
UNION ALL
SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE '%' AND n.nspname NOT LIKE E'pg\\_%'
LIMIT 1000;
---- 2 columns, 1000 rows
boolin	\N
boolout	\N
byteain	\N
byteaout	\N
charin	\N
charout	\N
namein	\N
nameout	\N
int2in	\N
int2out	\N
int2vectorin	\N
int2vectorout	\N
int4in	\N
int4out	\N
regprocin	\N
regprocout	\N
to_regproc	\N
to_regprocedure	\N
textin	\N
textout	\N
tidin	\N
tidout	\N
xidin	\N
xidout	\N
xid8in	\N
xid8out	\N
xid8recv	\N
xid8send	\N
cidin	\N
cidout	\N
oidvectorin	\N
oidvectorout	\N
boollt	\N
boolgt	\N
booleq	\N
chareq	\N
nameeq	\N
int2eq	\N
int2lt	\N
int4eq	\N
int4lt	\N
texteq	\N
starts_with	\N
text_starts_with_support	\N
xideq	\N
xidneq	\N
xid8eq	\N
xid8ne	\N
xid8lt	\N
xid8gt	\N
xid8le	\N
xid8ge	\N
xid8cmp	\N
xid	\N
xid8_larger	\N
xid8_smaller	\N
cideq	\N
charne	\N
charlt	\N
charle	\N
chargt	\N
charge	\N
int4	\N
char	\N
nameregexeq	\N
nameregexne	\N
textregexeq	\N
textregexne	\N
textregexeq_support	\N
textlen	\N
textcat	\N
boolne	\N
version	\N
pg_ddl_command_in	\N
pg_ddl_command_out	\N
pg_ddl_command_recv	\N
pg_ddl_command_send	\N
eqsel	\N
neqsel	\N
scalarltsel	\N
scalargtsel	\N
eqjoinsel	\N
neqjoinsel	\N
scalarltjoinsel	\N
scalargtjoinsel	\N
scalarlesel	\N
scalargesel	\N
scalarlejoinsel	\N
scalargejoinsel	\N
unknownin	\N
unknownout	\N
box_above_eq	\N
box_below_eq	\N
point_in	\N
point_out	\N
lseg_in	\N
lseg_out	\N
path_in	\N
path_out	\N
box_in	\N
box_out	\N
box_overlap	\N
box_ge	\N
box_gt	\N
box_eq	\N
box_lt	\N
box_le	\N
point_above	\N
point_left	\N
point_right	\N
point_below	\N
point_eq	\N
on_pb	\N
on_ppath	\N
box_center	\N
areasel	\N
areajoinsel	\N
int4mul	\N
int4ne	\N
int2ne	\N
int2gt	\N
int4gt	\N
int2le	\N
int4le	\N
int4ge	\N
int2ge	\N
int2mul	\N
int2div	\N
int4div	\N
int2mod	\N
int4mod	\N
textne	\N
int24eq	\N
int42eq	\N
int24lt	\N
int42lt	\N
int24gt	\N
int42gt	\N
int24ne	\N
int42ne	\N
int24le	\N
int42le	\N
int24ge	\N
int42ge	\N
int24mul	\N
int42mul	\N
int24div	\N
int42div	\N
int2pl	\N
int4pl	\N
int24pl	\N
int42pl	\N
int2mi	\N
int4mi	\N
int24mi	\N
int42mi	\N
oideq	\N
oidne	\N
box_same	\N
box_contain	\N
box_left	\N
box_overleft	\N
box_overright	\N
box_right	\N
box_contained	\N
box_contain_pt	\N
pg_node_tree_in	\N
pg_node_tree_out	\N
pg_node_tree_recv	\N
pg_node_tree_send	\N
float4in	\N
float4out	\N
float4mul	\N
float4div	\N
float4pl	\N
float4mi	\N
float4um	\N
float4abs	\N
float4_accum	\N
float4larger	\N
float4smaller	\N
int4um	\N
int2um	\N
float8in	\N
float8out	\N
float8mul	\N
float8div	\N
float8pl	\N
float8mi	\N
float8um	\N
float8abs	\N
float8_accum	\N
float8_combine	\N
float8larger	\N
float8smaller	\N
lseg_center	\N
poly_center	\N
dround	\N
dtrunc	\N
ceil	\N
ceiling	\N
floor	\N
sign	\N
dsqrt	\N
dcbrt	\N
dpow	\N
dexp	\N
dlog1	\N
float8	\N
float4	\N
int2	\N
int2	\N
line_distance	\N
nameeqtext	\N
namelttext	\N
nameletext	\N
namegetext	\N
namegttext	\N
namenetext	\N
btnametextcmp	\N
texteqname	\N
textltname	\N
textlename	\N
textgename	\N
textgtname	\N
textnename	\N
bttextnamecmp	\N
nameconcatoid	\N
timeofday	\N
inter_sl	\N
inter_lb	\N
float48mul	\N
float48div	\N
float48pl	\N
float48mi	\N
float84mul	\N
float84div	\N
float84pl	\N
float84mi	\N
float4eq	\N
float4ne	\N
float4lt	\N
float4le	\N
float4gt	\N
float4ge	\N
float8eq	\N
float8ne	\N
float8lt	\N
float8le	\N
float8gt	\N
float8ge	\N
float48eq	\N
float48ne	\N
float48lt	\N
float48le	\N
float48gt	\N
float48ge	\N
float84eq	\N
float84ne	\N
float84lt	\N
float84le	\N
float84gt	\N
float84ge	\N
width_bucket	\N
float8	\N
float4	\N
int4	\N
int2	\N
float8	\N
int4	\N
float4	\N
int4	\N
heap_tableam_handler	\N
bthandler	\N
hashhandler	\N
gisthandler	\N
ginhandler	\N
spghandler	\N
brinhandler	\N
brin_summarize_new_values	\N
brin_summarize_range	\N
brin_desummarize_range	\N
amvalidate	\N
pg_indexam_has_property	\N
pg_index_has_property	\N
pg_index_column_has_property	\N
pg_indexam_progress_phasename	\N
poly_same	\N
poly_contain	\N
poly_left	\N
poly_overleft	\N
poly_overright	\N
poly_right	\N
poly_contained	\N
poly_overlap	\N
poly_in	\N
poly_out	\N
btint2cmp	\N
btint2sortsupport	\N
btint4cmp	\N
btint4sortsupport	\N
btint8cmp	\N
btint8sortsupport	\N
btfloat4cmp	\N
btfloat4sortsupport	\N
btfloat8cmp	\N
btfloat8sortsupport	\N
btoidcmp	\N
btoidsortsupport	\N
btoidvectorcmp	\N
btcharcmp	\N
btnamecmp	\N
btnamesortsupport	\N
bttextcmp	\N
bttextsortsupport	\N
btvarstrequalimage	\N
cash_cmp	\N
btarraycmp	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
in_range	\N
lseg_distance	\N
lseg_interpt	\N
dist_ps	\N
dist_sp	\N
dist_pb	\N
dist_bp	\N
dist_sb	\N
dist_bs	\N
close_ps	\N
close_pb	\N
close_sb	\N
on_ps	\N
path_distance	\N
dist_ppath	\N
dist_pathp	\N
on_sb	\N
inter_sb	\N
text	\N
text	\N
name	\N
bpchar	\N
name	\N
hashint2	\N
hashint2extended	\N
hashint4	\N
hashint4extended	\N
hashint8	\N
hashint8extended	\N
hashfloat4	\N
hashfloat4extended	\N
hashfloat8	\N
hashfloat8extended	\N
hashoid	\N
hashoidextended	\N
hashchar	\N
hashcharextended	\N
hashname	\N
hashnameextended	\N
hashtext	\N
hashtextextended	\N
hashvarlena	\N
hashvarlenaextended	\N
hashoidvector	\N
hashoidvectorextended	\N
hash_aclitem	\N
hash_aclitem_extended	\N
hashmacaddr	\N
hashmacaddrextended	\N
hashinet	\N
hashinetextended	\N
hash_numeric	\N
hash_numeric_extended	\N
hashmacaddr8	\N
hashmacaddr8extended	\N
num_nulls	\N
num_nonnulls	\N
text_larger	\N
text_smaller	\N
int8in	\N
int8out	\N
int8um	\N
int8pl	\N
int8mi	\N
int8mul	\N
int8div	\N
int8eq	\N
int8ne	\N
int8lt	\N
int8gt	\N
int8le	\N
int8ge	\N
int84eq	\N
int84ne	\N
int84lt	\N
int84gt	\N
int84le	\N
int84ge	\N
int4	\N
int8	\N
float8	\N
int8	\N
hash_array	\N
hash_array_extended	\N
float4	\N
int8	\N
int2	\N
int8	\N
namelt	\N
namele	\N
namegt	\N
namege	\N
namene	\N
bpchar	\N
varchar_support	\N
varchar	\N
oidvectorne	\N
oidvectorlt	\N
oidvectorle	\N
oidvectoreq	\N
oidvectorge	\N
oidvectorgt	\N
getpgusername	\N
oidlt	\N
oidle	\N
octet_length	\N
get_byte	\N
set_byte	\N
get_bit	\N
set_bit	\N
overlay	\N
overlay	\N
bit_count	\N
dist_pl	\N
dist_lp	\N
dist_sl	\N
dist_ls	\N
dist_cpoly	\N
dist_polyc	\N
poly_distance	\N
dist_ppoly	\N
dist_polyp	\N
dist_cpoint	\N
text_lt	\N
text_le	\N
text_gt	\N
text_ge	\N
current_user	\N
session_user	\N
array_eq	\N
array_ne	\N
array_lt	\N
array_gt	\N
array_le	\N
array_ge	\N
array_dims	\N
array_ndims	\N
array_in	\N
array_out	\N
array_lower	\N
array_upper	\N
array_length	\N
cardinality	\N
array_append	\N
array_prepend	\N
array_cat	\N
string_to_array	\N
string_to_array	\N
string_to_table	\N
string_to_table	\N
array_to_string	\N
array_to_string	\N
array_larger	\N
array_smaller	\N
array_position	\N
array_position	\N
array_positions	\N
generate_subscripts	\N
generate_subscripts	\N
array_fill	\N
array_fill	\N
unnest	\N
array_unnest_support	\N
array_remove	\N
array_replace	\N
array_agg_transfn	\N
array_agg_finalfn	\N
array_agg	\N
array_agg_array_transfn	\N
array_agg_array_finalfn	\N
array_agg	\N
width_bucket	\N
trim_array	\N
array_typanalyze	\N
arraycontsel	\N
arraycontjoinsel	\N
postgres_fdw_handler	\N
int4inc	\N
int4larger	\N
int4smaller	\N
int2larger	\N
int2smaller	\N
cash_mul_flt4	\N
cash_div_flt4	\N
flt4_mul_cash	\N
position	\N
textlike	\N
textlike_support	\N
textnlike	\N
int48eq	\N
int48ne	\N
int48lt	\N
int48gt	\N
int48le	\N
int48ge	\N
namelike	\N
namenlike	\N
bpchar	\N
current_database	\N
current_query	\N
int8_mul_cash	\N
int4_mul_cash	\N
int2_mul_cash	\N
cash_mul_int8	\N
cash_div_int8	\N
cash_mul_int4	\N
cash_div_int4	\N
cash_mul_int2	\N
cash_div_int2	\N
cash_in	\N
cash_out	\N
cash_eq	\N
cash_ne	\N
lo_export	\N
cash_lt	\N
cash_le	\N
cash_gt	\N
cash_ge	\N
cash_pl	\N
cash_mi	\N
cash_mul_flt8	\N
cash_div_flt8	\N
cashlarger	\N
cashsmaller	\N
flt8_mul_cash	\N
cash_words	\N
cash_div_cash	\N
numeric	\N
money	\N
money	\N
money	\N
mod	\N
mod	\N
int8mod	\N
mod	\N
gcd	\N
gcd	\N
lcm	\N
lcm	\N
char	\N
text	\N
lo_open	\N
lo_close	\N
loread	\N
lowrite	\N
lo_lseek	\N
lo_lseek64	\N
lo_creat	\N
lo_create	\N
lo_tell	\N
lo_tell64	\N
lo_truncate	\N
lo_truncate64	\N
lo_from_bytea	\N
lo_get	\N
lo_get	\N
lo_put	\N
on_pl	\N
on_sl	\N
close_pl	\N
lo_unlink	\N
path_inter	\N
area	\N
width	\N
height	\N
box_distance	\N
area	\N
box_intersect	\N
bound_box	\N
diagonal	\N
path_n_lt	\N
path_n_gt	\N
path_n_eq	\N
path_n_le	\N
path_n_ge	\N
path_length	\N
point_ne	\N
point_vert	\N
point_horiz	\N
point_distance	\N
slope	\N
lseg	\N
lseg_intersect	\N
lseg_parallel	\N
lseg_perp	\N
lseg_vertical	\N
lseg_horizontal	\N
lseg_eq	\N
timezone	\N
aclitemin	\N
aclitemout	\N
aclinsert	\N
aclremove	\N
aclcontains	\N
aclitemeq	\N
makeaclitem	\N
acldefault	\N
date_mi	\N
aclexplode	\N
bpcharin	\N
bpcharout	\N
bpchartypmodin	\N
bpchartypmodout	\N
varcharin	\N
varcharout	\N
varchartypmodin	\N
varchartypmodout	\N
bpchareq	\N
bpcharlt	\N
bpcharle	\N
bpchargt	\N
bpcharge	\N
bpcharne	\N
bpchar_larger	\N
bpchar_smaller	\N
bpcharcmp	\N
bpchar_sortsupport	\N
hashbpchar	\N
hashbpcharextended	\N
format_type	\N
date_in	\N
date_out	\N
date_eq	\N
date_lt	\N
date_le	\N
date_gt	\N
date_ge	\N
date_ne	\N
date_cmp	\N
date_sortsupport	\N
in_range	\N
time_lt	\N
time_le	\N
time_gt	\N
time_ge	\N
time_ne	\N
time_cmp	\N
date_larger	\N
date_smaller	\N
date_pli	\N
date_mii	\N
time_in	\N
time_out	\N
timetypmodin	\N
timetypmodout	\N
time_eq	\N
circle_add_pt	\N
circle_sub_pt	\N
circle_mul_pt	\N
circle_div_pt	\N
timestamptz_in	\N
timestamptz_out	\N
timestamptztypmodin	\N
timestamptztypmodout	\N
timestamptz_eq	\N
timestamptz_ne	\N
timestamptz_lt	\N
timestamptz_le	\N
timestamptz_ge	\N
timestamptz_gt	\N
to_timestamp	\N
timezone	\N
interval_in	\N
interval_out	\N
intervaltypmodin	\N
intervaltypmodout	\N
interval_eq	\N
interval_ne	\N
interval_lt	\N
interval_le	\N
interval_ge	\N
interval_gt	\N
interval_um	\N
interval_pl	\N
interval_mi	\N
date_part	\N
extract	\N
date_part	\N
extract	\N
timestamptz	\N
justify_interval	\N
justify_hours	\N
justify_days	\N
postgres_fdw_validator	\N
date	\N
age	\N
mxid_age	\N
timestamptz_mi	\N
timestamptz_pl_interval	\N
timestamptz_mi_interval	\N
timestamptz_smaller	\N
timestamptz_larger	\N
interval_smaller	\N
interval_larger	\N
age	\N
interval_support	\N
interval	\N
postgres_fdw_get_connections	\N
postgres_fdw_disconnect	\N
date_trunc	\N
date_trunc	\N
date_trunc	\N
int8inc	\N
int8dec	\N
int8inc_any	\N
int8dec_any	\N
int8abs	\N
int8larger	\N
int8smaller	\N
texticregexeq	\N
texticregexeq_support	\N
texticregexne	\N
nameicregexeq	\N
nameicregexne	\N
int4abs	\N
int2abs	\N
overlaps	\N
datetime_pl	\N
date_part	\N
extract	\N
int84pl	\N
int84mi	\N
int84mul	\N
int84div	\N
int48pl	\N
int48mi	\N
int48mul	\N
int48div	\N
int82pl	\N
int82mi	\N
int82mul	\N
int82div	\N
int28pl	\N
int28mi	\N
int28mul	\N
int28div	\N
oid	\N
int8	\N
suppress_redundant_updates_trigger	\N
tideq	\N
currtid2	\N
tidne	\N
tidgt	\N
tidlt	\N
tidge	\N
tidle	\N
bttidcmp	\N
tidlarger	\N
tidsmaller	\N
hashtid	\N
hashtidextended	\N
postgres_fdw_disconnect_all	\N
datetimetz_pl	\N
now	\N
transaction_timestamp	\N
statement_timestamp	\N
clock_timestamp	\N
positionsel	\N
positionjoinsel	\N
contsel	\N
contjoinsel	\N
overlaps	\N
overlaps	\N
timestamp_in	\N
timestamp_out	\N
timestamptypmodin	\N
timestamptypmodout	\N
timestamptz_cmp	\N
interval_cmp	\N
time	\N
length	\N
length	\N
xideqint4	\N
xidneqint4	\N
interval_div	\N
dlog10	\N
log	\N
log10	\N
ln	\N
round	\N
trunc	\N
sqrt	\N
cbrt	\N
pow	\N
power	\N
exp	\N
oidvectortypes	\N
timetz_in	\N
timetz_out	\N
timetztypmodin	\N
timetztypmodout	\N
timetz_eq	\N
timetz_ne	\N
timetz_lt	\N
timetz_le	\N
timetz_ge	\N
timetz_gt	\N
timetz_cmp	\N
timestamptz	\N
character_length	\N
character_length	\N
interval	\N
char_length	\N
octet_length	\N
octet_length	\N
time_larger	\N
time_smaller	\N
timetz_larger	\N
timetz_smaller	\N
char_length	\N
extract	\N
date_part	\N
extract	\N
timetz	\N
isfinite	\N
isfinite	\N
isfinite	\N
factorial	\N
abs	\N
abs	\N
abs	\N
abs	\N
abs	\N
name	\N
varchar	\N
current_schema	\N
current_schemas	\N
overlay	\N
overlay	\N
isvertical	\N
ishorizontal	\N
isparallel	\N
isperp	\N
isvertical	\N
ishorizontal	\N
isparallel	\N
isperp	\N
isvertical	\N
ishorizontal	\N
point	\N
time	\N
box	\N
box_add	\N
box_sub	\N
box_mul	\N
box_div	\N
poly_contain_pt	\N
pt_contained_poly	\N
isclosed	\N
isopen	\N
path_npoints	\N
pclose	\N
popen	\N
path_add	\N
path_add_pt	\N
path_sub_pt	\N
path_mul_pt	\N
path_div_pt	\N
point	\N
point_add	\N
point_sub	\N
point_mul	\N
point_div	\N
poly_npoints	\N
box	\N
path	\N
polygon	\N
polygon	\N
circle_in	\N
circle_out	\N
circle_same	\N
circle_contain	\N
circle_left	\N
circle_overleft	\N
circle_overright	\N
circle_right	\N
circle_contained	\N
circle_overlap	\N
circle_below	\N
circle_above	\N
circle_eq	\N
circle_ne	\N
circle_lt	\N
circle_gt	\N
circle_le	\N
circle_ge	\N
area	\N
diameter	\N
radius	\N
circle_distance	\N
circle_center	\N
circle	\N
circle	\N
polygon	\N
dist_pc	\N
circle_contain_pt	\N
pt_contained_circle	\N
box	\N
circle	\N
box	\N
lseg_ne	\N
lseg_lt	\N
lseg_le	\N
lseg_gt	\N
lseg_ge	\N
lseg_length	\N
close_ls	\N
close_lseg	\N
line_in	\N
line_out	\N
line_eq	\N
line	\N
line_interpt	\N
line_intersect	\N
line_parallel	\N
line_perp	\N
line_vertical	\N
line_horizontal	\N
length	\N
length	\N
point	\N
point	\N
point	\N
lseg	\N
center	\N
center	\N
npoints	\N
npoints	\N
bit_in	\N
bit_out	\N
bittypmodin	\N
bittypmodout	\N
like	\N
notlike	\N
like	\N
notlike	\N
nextval	\N
currval	\N
setval	\N
setval	\N
pg_sequence_parameters	\N
pg_sequence_last_value	\N
pg_nextoid	\N
pg_stop_making_pinned_objects	\N
varbit_in	\N
varbit_out	\N
varbittypmodin	\N
varbittypmodout	\N
biteq	\N
bitne	\N
bitge	\N
bitgt	\N
bitle	\N
bitlt	\N
bitcmp	\N
random	\N
setseed	\N
asin	\N
acos	\N
atan	\N
atan2	\N
sin	\N
cos	\N
tan	\N
cot	\N
asind	\N
acosd	\N
atand	\N
atan2d	\N
sind	\N
cosd	\N
tand	\N
cotd	\N

SELECT c.relname, n.nspname FROM pg_catalog.pg_class c, pg_catalog.pg_namespace n WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p') AND (c.relname) LIKE '%' AND n.nspname = 'pg_catalog'
LIMIT 1000;
---- 2 columns, 64 rows
pg_statistic	pg_catalog
pg_type	pg_catalog
pg_foreign_table	pg_catalog
pg_authid	pg_catalog
pg_statistic_ext_data	pg_catalog
pg_user_mapping	pg_catalog
pg_subscription	pg_catalog
pg_attribute	pg_catalog
pg_proc	pg_catalog
pg_class	pg_catalog
pg_attrdef	pg_catalog
pg_constraint	pg_catalog
pg_inherits	pg_catalog
pg_index	pg_catalog
pg_operator	pg_catalog
pg_opfamily	pg_catalog
pg_opclass	pg_catalog
pg_am	pg_catalog
pg_amop	pg_catalog
pg_amproc	pg_catalog
pg_language	pg_catalog
pg_largeobject_metadata	pg_catalog
pg_aggregate	pg_catalog
pg_statistic_ext	pg_catalog
pg_rewrite	pg_catalog
pg_trigger	pg_catalog
pg_event_trigger	pg_catalog
pg_description	pg_catalog
pg_cast	pg_catalog
pg_enum	pg_catalog
pg_namespace	pg_catalog
pg_conversion	pg_catalog
pg_depend	pg_catalog
pg_database	pg_catalog
pg_db_role_setting	pg_catalog
pg_tablespace	pg_catalog
pg_auth_members	pg_catalog
pg_shdepend	pg_catalog
pg_shdescription	pg_catalog
pg_ts_config	pg_catalog
pg_ts_config_map	pg_catalog
pg_ts_dict	pg_catalog
pg_ts_parser	pg_catalog
pg_ts_template	pg_catalog
pg_extension	pg_catalog
pg_foreign_data_wrapper	pg_catalog
pg_foreign_server	pg_catalog
pg_policy	pg_catalog
pg_replication_origin	pg_catalog
pg_default_acl	pg_catalog
pg_init_privs	pg_catalog
pg_seclabel	pg_catalog
pg_shseclabel	pg_catalog
pg_collation	pg_catalog
pg_parameter_acl	pg_catalog
pg_partitioned_table	pg_catalog
pg_range	pg_catalog
pg_transform	pg_catalog
pg_sequence	pg_catalog
pg_publication	pg_catalog
pg_publication_namespace	pg_catalog
pg_publication_rel	pg_catalog
pg_subscription_rel	pg_catalog
pg_largeobject	pg_catalog

SELECT c.relname, n.nspname FROM pg_catalog.pg_class c, pg_catalog.pg_namespace n WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p') AND (c.relname) LIKE 'pg\_%' AND n.nspname = 'pg_catalog'
LIMIT 1000;
---- 2 columns, 64 rows
pg_statistic	pg_catalog
pg_type	pg_catalog
pg_foreign_table	pg_catalog
pg_authid	pg_catalog
pg_statistic_ext_data	pg_catalog
pg_user_mapping	pg_catalog
pg_subscription	pg_catalog
pg_attribute	pg_catalog
pg_proc	pg_catalog
pg_class	pg_catalog
pg_attrdef	pg_catalog
pg_constraint	pg_catalog
pg_inherits	pg_catalog
pg_index	pg_catalog
pg_operator	pg_catalog
pg_opfamily	pg_catalog
pg_opclass	pg_catalog
pg_am	pg_catalog
pg_amop	pg_catalog
pg_amproc	pg_catalog
pg_language	pg_catalog
pg_largeobject_metadata	pg_catalog
pg_aggregate	pg_catalog
pg_statistic_ext	pg_catalog
pg_rewrite	pg_catalog
pg_trigger	pg_catalog
pg_event_trigger	pg_catalog
pg_description	pg_catalog
pg_cast	pg_catalog
pg_enum	pg_catalog
pg_namespace	pg_catalog
pg_conversion	pg_catalog
pg_depend	pg_catalog
pg_database	pg_catalog
pg_db_role_setting	pg_catalog
pg_tablespace	pg_catalog
pg_auth_members	pg_catalog
pg_shdepend	pg_catalog
pg_shdescription	pg_catalog
pg_ts_config	pg_catalog
pg_ts_config_map	pg_catalog
pg_ts_dict	pg_catalog
pg_ts_parser	pg_catalog
pg_ts_template	pg_catalog
pg_extension	pg_catalog
pg_foreign_data_wrapper	pg_catalog
pg_foreign_server	pg_catalog
pg_policy	pg_catalog
pg_replication_origin	pg_catalog
pg_default_acl	pg_catalog
pg_init_privs	pg_catalog
pg_seclabel	pg_catalog
pg_shseclabel	pg_catalog
pg_collation	pg_catalog
pg_parameter_acl	pg_catalog
pg_partitioned_table	pg_catalog
pg_range	pg_catalog
pg_transform	pg_catalog
pg_sequence	pg_catalog
pg_publication	pg_catalog
pg_publication_namespace	pg_catalog
pg_publication_rel	pg_catalog
pg_subscription_rel	pg_catalog
pg_largeobject	pg_catalog

SELECT c.relname, n.nspname FROM pg_catalog.pg_class c, pg_catalog.pg_namespace n WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'S', 'v', 'm', 'f', 'p') AND (c.relname) LIKE '%' AND n.nspname = 'information_schema'
LIMIT 1000;
---- 2 columns, 69 rows
role_column_grants	information_schema
information_schema_catalog_name	information_schema
column_domain_usage	information_schema
applicable_roles	information_schema
administrable_role_authorizations	information_schema
domain_constraints	information_schema
attributes	information_schema
column_privileges	information_schema
character_sets	information_schema
check_constraint_routine_usage	information_schema
check_constraints	information_schema
column_udt_usage	information_schema
collations	information_schema
collation_character_set_applicability	information_schema
key_column_usage	information_schema
column_column_usage	information_schema
columns	information_schema
domain_udt_usage	information_schema
constraint_column_usage	information_schema
constraint_table_usage	information_schema
domains	information_schema
referential_constraints	information_schema
enabled_roles	information_schema
parameters	information_schema
routine_column_usage	information_schema
routine_privileges	information_schema
role_routine_grants	information_schema
routine_routine_usage	information_schema
table_privileges	information_schema
routine_sequence_usage	information_schema
routine_table_usage	information_schema
udt_privileges	information_schema
routines	information_schema
role_table_grants	information_schema
schemata	information_schema
sequences	information_schema
sql_features	information_schema
tables	information_schema
sql_implementation_info	information_schema
sql_parts	information_schema
sql_sizing	information_schema
transforms	information_schema
table_constraints	information_schema
view_routine_usage	information_schema
role_udt_grants	information_schema
triggered_update_columns	information_schema
triggers	information_schema
user_defined_types	information_schema
usage_privileges	information_schema
role_usage_grants	information_schema
view_column_usage	information_schema
view_table_usage	information_schema
views	information_schema
data_type_privileges	information_schema
_pg_foreign_table_columns	information_schema
element_types	information_schema
column_options	information_schema
_pg_foreign_data_wrappers	information_schema
foreign_data_wrapper_options	information_schema
foreign_data_wrappers	information_schema
_pg_foreign_servers	information_schema
foreign_server_options	information_schema
foreign_servers	information_schema
_pg_foreign_tables	information_schema
foreign_table_options	information_schema
foreign_tables	information_schema
_pg_user_mappings	information_schema
user_mapping_options	information_schema
user_mappings	information_schema
