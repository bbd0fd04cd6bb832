//! The relations of `pg_catalog` that have rows.

mod cluster;
mod relations;
mod types;
mod views;

use super::table::Filler;

/// The function that fills a relation of `pg_catalog`.
pub fn filler(name: &str) -> Option<Filler> {
    Some(match name {
        "pg_class" => relations::pg_class,
        "pg_attribute" => relations::pg_attribute,
        "pg_attrdef" => relations::pg_attrdef,
        "pg_index" => relations::pg_index,
        "pg_constraint" => relations::pg_constraint,
        "pg_description" => relations::pg_description,
        "pg_foreign_table" => relations::pg_foreign_table,
        "pg_type" => types::pg_type,
        "pg_proc" => types::pg_proc,
        "pg_collation" => types::pg_collation,
        "pg_get_keywords" => types::pg_get_keywords,
        "pg_namespace" => cluster::pg_namespace,
        "pg_database" => cluster::pg_database,
        "pg_roles" => cluster::pg_roles,
        "pg_authid" => cluster::pg_authid,
        "pg_user" => cluster::pg_user,
        "pg_shadow" => cluster::pg_shadow,
        "pg_am" => cluster::pg_am,
        "pg_language" => cluster::pg_language,
        "pg_tablespace" => cluster::pg_tablespace,
        "pg_foreign_server" => cluster::pg_foreign_server,
        "pg_foreign_data_wrapper" => cluster::pg_foreign_data_wrapper,
        "pg_settings" => cluster::pg_settings,
        "pg_stat_activity" => cluster::pg_stat_activity,
        "pg_tables" => views::pg_tables,
        "pg_views" => views::pg_views,
        "pg_matviews" => views::pg_matviews,
        "pg_indexes" => views::pg_indexes,
        _ => return None,
    })
}
