-- psql 15: tokio-postgres 0.7, looking up a type (values in place of parameters)

SELECT t.typname, t.typtype, t.typelem, r.rngsubtype, t.typbasetype, n.nspname, t.typrelid
FROM pg_catalog.pg_type t
LEFT OUTER JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
INNER JOIN pg_catalog.pg_namespace n ON t.typnamespace = n.oid
WHERE t.oid = 1043;
---- 7 columns, 1 rows
varchar	b	0	\N	0	pg_catalog	0

SELECT enumlabel
FROM pg_catalog.pg_enum
WHERE enumtypid = 1043
ORDER BY enumsortorder;
---- 1 columns, 0 rows

SELECT attname, atttypid
FROM pg_catalog.pg_attribute
WHERE attrelid = $accounts
AND NOT attisdropped
AND attnum > 0
ORDER BY attnum;
---- 2 columns, 4 rows
id	20
owner	1043
balance	1700
opened	1114
