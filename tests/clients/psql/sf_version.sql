-- psql 15: \sf version

SELECT 'version'::pg_catalog.regproc::pg_catalog.oid;
---- 1 columns, 1 rows
89

SELECT pg_catalog.pg_get_functiondef(89);
---- 1 columns
