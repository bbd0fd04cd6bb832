-- psql 15: \sv rich

SELECT 'rich'::pg_catalog.regclass::pg_catalog.oid;
---- 1 columns, 1 rows
$rich

SELECT nspname, relname, relkind, pg_catalog.pg_get_viewdef(c.oid, true), pg_catalog.array_remove(pg_catalog.array_remove(c.reloptions,'check_option=local'),'check_option=cascaded') AS reloptions, CASE WHEN 'check_option=local' = ANY (c.reloptions) THEN 'LOCAL'::text WHEN 'check_option=cascaded' = ANY (c.reloptions) THEN 'CASCADED'::text ELSE NULL END AS checkoption FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON c.relnamespace = n.oid WHERE c.oid = $rich;
---- 6 columns, 1 rows
public	rich	v	 SELECT accounts.id,\n    accounts.owner\n   FROM accounts\n  WHERE accounts.balance > 100::numeric;	\N	\N
