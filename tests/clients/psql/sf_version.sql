-- psql 15: \sf version

SELECT 'version'::pg_catalog.regproc::pg_catalog.oid;
---- 1 columns, 1 rows
89

SELECT pg_catalog.pg_get_functiondef(89);
---- 1 columns, 1 rows
CREATE OR REPLACE FUNCTION pg_catalog.version()\n RETURNS text\n LANGUAGE internal\n STABLE PARALLEL SAFE STRICT\nAS $function$pgsql_version$function$\n
