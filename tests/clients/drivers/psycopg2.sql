-- psql 15: psycopg 2.9, looking up a type

SELECT t.oid, typarray
FROM pg_type t JOIN pg_namespace ns
    ON typnamespace = ns.oid
WHERE typname = 'hstore';
---- 2 columns, 0 rows
