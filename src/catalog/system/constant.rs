//! OIDs that PostgreSQL's own catalogs fix, or that we fix for ours.

/// The superuser, owner of everything.
pub const OWNER: u32 = 10;
/// The schema `pg_catalog`.
pub const PG_CATALOG: u32 = 11;
/// The schema `public`.
pub const PUBLIC: u32 = 2200;
/// The schema `information_schema`.
pub const INFORMATION_SCHEMA: u32 = 13000;
/// The schema `rw_catalog`.
pub const RW_CATALOG: u32 = 13900;
/// The one database.
pub const DATABASE: u32 = 5;
/// The tablespace `pg_default`.
pub const DEFAULT_TABLESPACE: u32 = 1663;
/// The server that all sources are said to live on.
pub const SOURCE_SERVER: u32 = 13990;
/// Its foreign-data wrapper.
pub const SOURCE_WRAPPER: u32 = 13991;
/// The access method of tables.
pub const HEAP: u32 = 2;
/// The access method of primary keys.
pub const BTREE: u32 = 403;
/// The collation `default`.
pub const DEFAULT_COLLATION: u32 = 100;
/// `pg_class` as a class of described objects.
pub const CLASS_OF_RELATIONS: u32 = 1259;
/// A table's primary-key index has the table's OID plus this.
pub const KEY_INDEX_OFFSET: u32 = 1_000_000_000;
/// A table's primary-key constraint has the table's OID plus this.
pub const KEY_CONSTRAINT_OFFSET: u32 = 1_100_000_000;
/// A column default has the table's OID plus this, plus 2,000 for each column before it.
pub const DEFAULT_OFFSET: u32 = 1_200_000_000;

/// Schemas that hold system relations, with their OIDs.
pub const SYSTEM_SCHEMAS: [(&str, u32); 3] =
    [("pg_catalog", PG_CATALOG), ("information_schema", INFORMATION_SCHEMA), ("rw_catalog", RW_CATALOG)];
