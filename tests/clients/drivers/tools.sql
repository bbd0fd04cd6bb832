-- psql 15: questions of dashboards and administration tools

SELECT quote_ident(table_name) FROM information_schema.tables WHERE quote_ident(table_schema) NOT IN ('information_schema', 'pg_catalog', 'rw_catalog') AND table_type = 'VIEW' ORDER BY 1;
---- 1 columns, 1 rows
rich

SELECT CASE WHEN quote_ident(table_schema) IN (
    SELECT CASE WHEN trim(s[i]) = '"$user"' THEN user ELSE trim(s[i]) END
    FROM generate_series(array_lower(string_to_array(current_setting('search_path'), ','), 1), array_upper(string_to_array(current_setting('search_path'), ','), 1)) AS i,
    string_to_array(current_setting('search_path'), ',') s)
  THEN quote_ident(table_name) ELSE quote_ident(table_schema) || '.' || quote_ident(table_name) END AS "table"
FROM information_schema.tables
WHERE quote_ident(table_schema) NOT IN ('information_schema', 'pg_catalog', 'rw_catalog') AND table_type IN ('VIEW', 'BASE TABLE', 'FOREIGN')
ORDER BY 1;
---- 1 columns, 4 rows
accounts
events
plain
rich

SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'accounts' ORDER BY ordinal_position;
---- 4 columns, 4 rows
id	bigint	NO	\N
owner	character varying	NO	\N
balance	numeric	YES	0
opened	timestamp without time zone	YES	\N

SELECT tc.table_name, kcu.column_name, kcu.ordinal_position FROM information_schema.table_constraints tc JOIN information_schema.key_column_usage kcu ON tc.constraint_name = kcu.constraint_name AND tc.table_schema = kcu.table_schema WHERE tc.constraint_type = 'PRIMARY KEY' AND tc.table_schema = 'public' ORDER BY 1;
---- 3 columns, 1 rows
accounts	id	1

SELECT 'accounts'::regclass, 'public.accounts'::regclass::oid = $accounts, 'int8'::regtype, 'pg_catalog.int4'::regtype::oid, 20::regtype, 1043::oid::regtype::text, to_regclass('nothing') IS NULL, to_regtype('integer[]');
---- 8 columns, 1 rows
accounts	t	bigint	23	bigint	character varying	t	integer[]

SELECT relname FROM pg_class WHERE oid = 'accounts'::regclass OR oid::regclass = 'rich'::regclass ORDER BY relname;
---- 1 columns, 2 rows
accounts
rich

SELECT indexdef FROM pg_indexes WHERE schemaname = 'public';
---- 1 columns, 1 rows
CREATE UNIQUE INDEX accounts_pkey ON public.accounts USING btree (id)

SELECT schemaname, tablename, tableowner FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) ORDER BY 2;
---- 3 columns, 2 rows
public	accounts	root
public	plain	root

SELECT current_schema(), current_database(), current_user, session_user, current_schemas(true), pg_is_in_recovery(), has_table_privilege('accounts', 'SELECT'), current_schema;
---- 8 columns, 1 rows
public	dev	root	root	{pg_catalog,public}	f	t	public

SELECT count(*) FROM pg_type WHERE typname IN ('int4', '_int4', 'varchar', 'timestamptz', 'record');
---- 1 columns, 1 rows
5

SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) WHERE i.indrelid = 'accounts'::regclass AND i.indisprimary;
---- 1 columns, 1 rows
id

SELECT pg_size_pretty(123456789::bigint), format_type(1700, 1310726), format('%I.%s %L', 'select', 'x', 'it''s'), quote_ident('Mixed'), quote_literal('o''clock');
---- 5 columns, 1 rows
118 MB	numeric(20,2)	"select".x 'it''s'	"Mixed"	'o''clock'

SELECT n.oid, n.nspname, EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind = 'm') AS has_views, ARRAY(SELECT c.relname FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'm') ORDER BY 1) AS names FROM pg_namespace n WHERE n.nspname = 'public';
---- 4 columns, 1 rows
2200	public	t	{accounts,plain,totals}
