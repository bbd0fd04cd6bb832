-- psql 15: queries in the manner of JDBC metadata

SELECT NULL AS table_cat, n.nspname AS table_schem, c.relname AS table_name,
 CASE n.nspname ~ '^pg_' OR n.nspname = 'information_schema'
 WHEN true THEN CASE WHEN n.nspname = 'pg_catalog' OR n.nspname = 'information_schema' THEN CASE c.relkind WHEN 'r' THEN 'SYSTEM TABLE' WHEN 'v' THEN 'SYSTEM VIEW' ELSE NULL END ELSE NULL END
 WHEN false THEN CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'v' THEN 'VIEW' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE NULL END
 ELSE NULL END AS table_type, d.description AS remarks, '' AS type_cat, '' AS type_schem
FROM pg_catalog.pg_namespace n, pg_catalog.pg_class c
 LEFT JOIN pg_catalog.pg_description d ON (c.oid = d.objoid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass)
WHERE c.relnamespace = n.oid AND n.nspname LIKE 'public' AND c.relkind IN ('r','v','f','m')
ORDER BY table_type, table_schem, table_name;
---- 7 columns, 5 rows
\N	public	events	FOREIGN TABLE	\N		
\N	public	totals	MATERIALIZED VIEW	\N		
\N	public	accounts	TABLE	who owns what		
\N	public	plain	TABLE	\N		
\N	public	rich	VIEW	\N		

SELECT * FROM (
 SELECT n.nspname, c.relname, a.attname, a.atttypid, a.attnotnull OR (t.typtype = 'd' AND t.typnotnull) AS attnotnull, a.atttypmod, a.attlen, t.typtypmod,
 row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS attnum, nullif(a.attidentity, '') AS attidentity, nullif(a.attgenerated, '') AS attgenerated,
 pg_catalog.pg_get_expr(def.adbin, def.adrelid) AS adsrc, dsc.description, t.typbasetype, t.typtype
 FROM pg_catalog.pg_namespace n
 JOIN pg_catalog.pg_class c ON (c.relnamespace = n.oid)
 JOIN pg_catalog.pg_attribute a ON (a.attrelid = c.oid)
 JOIN pg_catalog.pg_type t ON (a.atttypid = t.oid)
 LEFT JOIN pg_catalog.pg_attrdef def ON (a.attrelid = def.adrelid AND a.attnum = def.adnum)
 LEFT JOIN pg_catalog.pg_description dsc ON (c.oid = dsc.objoid AND a.attnum = dsc.objsubid)
 LEFT JOIN pg_catalog.pg_class dc ON (dc.oid = dsc.classoid AND dc.relname = 'pg_class')
 WHERE c.relkind IN ('r','p','v','f','m') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname LIKE 'public' AND c.relname LIKE 'accounts') c
ORDER BY nspname, c.relname, attnum;
---- 15 columns, 4 rows
public	accounts	id	20	t	-1	8	-1	1	\N	\N	\N	\N	0	b
public	accounts	owner	1043	t	-1	-1	-1	2	\N	\N	\N	\N	0	b
public	accounts	balance	1700	f	-1	-1	-1	3	\N	\N	0	\N	0	b
public	accounts	opened	1114	f	-1	8	-1	4	\N	\N	\N	\N	0	b

SELECT result.table_schem, result.table_name, result.column_name, result.key_seq, result.pk_name
FROM (SELECT n.nspname AS table_schem, ct.relname AS table_name, a.attname AS column_name,
 (information_schema._pg_expandarray(i.indkey)).n AS key_seq, ci.relname AS pk_name,
 information_schema._pg_expandarray(i.indkey) AS keys, a.attnum AS a_attnum
 FROM pg_catalog.pg_class ct
 JOIN pg_catalog.pg_attribute a ON (ct.oid = a.attrelid)
 JOIN pg_catalog.pg_namespace n ON (ct.relnamespace = n.oid)
 JOIN pg_catalog.pg_index i ON (a.attrelid = i.indrelid)
 JOIN pg_catalog.pg_class ci ON (ci.oid = i.indexrelid)
 WHERE true AND ct.relname = 'accounts' AND i.indisprimary) result
WHERE result.a_attnum = (result.keys).x
ORDER BY result.table_name, result.pk_name, result.key_seq;
---- 5 columns, 1 rows
public	accounts	id	1	accounts_pkey

SELECT typinput = 'pg_catalog.array_in'::regproc AS is_array, typtype, typname, pg_type.oid
FROM pg_catalog.pg_type
LEFT JOIN (SELECT ns.oid AS nspoid, ns.nspname, r.r
 FROM pg_namespace AS ns JOIN (SELECT s.r, (current_schemas(false))[s.r] AS nspname
 FROM generate_series(1, array_upper(current_schemas(false), 1)) AS s(r)) AS r USING (nspname)) AS sp
ON sp.nspoid = typnamespace
WHERE pg_type.oid = 1007
ORDER BY sp.r, pg_type.oid DESC;
---- 4 columns, 1 rows
t	b	_int4	1007

SELECT string_agg(word, ',') FROM pg_catalog.pg_get_keywords() WHERE word <> ALL ('{a,abs,absolute}'::text[]) AND word < 'ac';
---- 1 columns, 1 rows
abort

SELECT nspname AS table_schem, NULL AS table_catalog FROM pg_catalog.pg_namespace
WHERE nspname <> 'pg_toast' AND (nspname !~ '^pg_temp_' OR nspname = (pg_catalog.current_schemas(true))[1]) AND (nspname !~ '^pg_toast_temp_') AND nspname LIKE 'pub%'
ORDER BY table_schem;
---- 2 columns, 1 rows
public	\N
