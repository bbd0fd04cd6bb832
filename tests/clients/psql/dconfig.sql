-- psql 15: \dconfig

SELECT s.name AS "Parameter", pg_catalog.current_setting(s.name) AS "Value"
FROM pg_catalog.pg_settings s
WHERE s.source <> 'default' AND
      s.setting IS DISTINCT FROM s.boot_val
ORDER BY 1;
---- 2 columns, 16 rows
TimeZone	Etc/UTC
application_name	psql
config_file	/tmp/syscatpg/d/postgresql.conf
data_directory	/tmp/syscatpg/d
default_text_search_config	pg_catalog.english
hba_file	/tmp/syscatpg/d/pg_hba.conf
ident_file	/tmp/syscatpg/d/pg_ident.conf
lc_messages	C.UTF-8
lc_monetary	C.UTF-8
lc_numeric	C.UTF-8
lc_time	C.UTF-8
log_line_prefix	@@@%m 
log_statement	all
log_timezone	Etc/UTC
port	55499
unix_socket_directories	/tmp/syscatpg
