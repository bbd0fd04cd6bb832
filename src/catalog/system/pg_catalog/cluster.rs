//! What is the same for every database: schemas, roles, settings, and the few
//! fixed rows that clients join with.

use arrow::array::RecordBatch;

use crate::catalog::system::constant::{
    BTREE, DATABASE, DEFAULT_TABLESPACE, HEAP, OWNER, SOURCE_SERVER, SOURCE_WRAPPER,
};
use crate::catalog::system::entry::schemas;
use crate::catalog::system::table::Source;
use crate::types::Result;

/// UTF8, as `pg_encoding_to_char` numbers encodings.
const UTF8: i32 = 6;

pub fn pg_namespace(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&schemas(source.snapshot))
        .set("oid", |(_, oid)| *oid)
        .set("nspname", |(name, _)| name.as_str())
        .set("nspowner", |_| OWNER)
        .finish()
}

pub fn pg_database(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&[()])
        .set("oid", |_| DATABASE)
        .set("datname", |_| source.context.database.as_str())
        .set("datdba", |_| OWNER)
        .set("encoding", |_| UTF8)
        .set("datlocprovider", |_| "c")
        .set("datallowconn", |_| true)
        .set("datconnlimit", |_| -1)
        .set("dattablespace", |_| DEFAULT_TABLESPACE)
        .set("datcollate", |_| "C.UTF-8")
        .set("datctype", |_| "C.UTF-8")
        .finish()
}

pub fn pg_roles(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&[()])
        .set("oid", |_| OWNER)
        .set("rolname", |_| source.context.user.as_str())
        .set("rolsuper", |_| true)
        .set("rolinherit", |_| true)
        .set("rolcreaterole", |_| true)
        .set("rolcreatedb", |_| true)
        .set("rolcanlogin", |_| true)
        .set("rolreplication", |_| true)
        .set("rolbypassrls", |_| true)
        .set("rolconnlimit", |_| -1)
        .set("rolpassword", |_| "********")
        .finish()
}

pub fn pg_authid(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&[()])
        .set("oid", |_| OWNER)
        .set("rolname", |_| source.context.user.as_str())
        .set("rolsuper", |_| true)
        .set("rolinherit", |_| true)
        .set("rolcreaterole", |_| true)
        .set("rolcreatedb", |_| true)
        .set("rolcanlogin", |_| true)
        .set("rolconnlimit", |_| -1)
        .finish()
}

pub fn pg_user(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&[()])
        .set("usesysid", |_| OWNER)
        .set("usename", |_| source.context.user.as_str())
        .set("usecreatedb", |_| true)
        .set("usesuper", |_| true)
        .set("userepl", |_| false)
        .set("usebypassrls", |_| false)
        .set("passwd", |_| "********")
        .finish()
}

pub fn pg_shadow(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&[()])
        .set("usesysid", |_| OWNER)
        .set("usename", |_| source.context.user.as_str())
        .set("usecreatedb", |_| true)
        .set("usesuper", |_| true)
        .set("userepl", |_| false)
        .set("usebypassrls", |_| false)
        .finish()
}

pub fn pg_am(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&[(HEAP, "heap", "t"), (BTREE, "btree", "i")])
        .set("oid", |a| a.0)
        .set("amname", |a| a.1)
        .set("amtype", |a| a.2)
        .finish()
}

pub fn pg_language(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&[(12_u32, "internal", false), (14, "sql", true)])
        .set("oid", |l| l.0)
        .set("lanname", |l| l.1)
        .set("lanowner", |_| OWNER)
        .set("lanpltrusted", |l| l.2)
        .finish()
}

pub fn pg_tablespace(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&[(DEFAULT_TABLESPACE, "pg_default"), (1664, "pg_global")])
        .set("oid", |t| t.0)
        .set("spcname", |t| t.1)
        .set("spcowner", |_| OWNER)
        .finish()
}

pub fn pg_foreign_server(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&[()])
        .set("oid", |_| SOURCE_SERVER)
        .set("srvname", |_| "source")
        .set("srvowner", |_| OWNER)
        .set("srvfdw", |_| SOURCE_WRAPPER)
        .finish()
}

pub fn pg_foreign_data_wrapper(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&[()])
        .set("oid", |_| SOURCE_WRAPPER)
        .set("fdwname", |_| "connector")
        .set("fdwowner", |_| OWNER)
        .finish()
}

pub fn pg_settings(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&source.context.settings)
        .set("name", |s| s.0.as_str())
        .set("setting", |s| s.1.as_str())
        .set("category", |_| "Millstream")
        .set("short_desc", |s| s.2.as_str())
        .set("context", |_| "user")
        .set("vartype", |_| "string")
        .set("source", |_| "default")
        .set("reset_val", |s| s.1.as_str())
        .set("boot_val", |s| s.1.as_str())
        .set("pending_restart", |_| false)
        .finish()
}

/// The asking session alone: other sessions are not known here.
pub fn pg_stat_activity(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&[()])
        .set("datid", |_| DATABASE)
        .set("datname", |_| source.context.database.as_str())
        .set("pid", |_| source.context.backend_pid)
        .set("usesysid", |_| OWNER)
        .set("usename", |_| source.context.user.as_str())
        .set("application_name", |_| source.context.setting("application_name").unwrap_or(""))
        .set("query_start", |_| source.context.now)
        .set("state", |_| "active")
        .set("backend_type", |_| "client backend")
        .finish()
}
