"""What is said to PostgreSQL. Names and values are put into the ``{}`` by `psycopg.sql`, which quotes them."""

from __future__ import annotations

ENCODING = "SHOW server_encoding"
SCHEMA = "SELECT current_schema()"
SCHEMA_EXISTS = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
SCHEMA_OF_PGVECTOR = (
    "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'"
)
TYPE_EXISTS = (
    "SELECT 1 FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE (n.nspname, t.typname) = (%s, %s)"
)
BRING_PGVECTOR = "CREATE EXTENSION IF NOT EXISTS vector"
# The number, kind and comment of what has a name.
FIND = (
    "SELECT c.oid, c.relkind, obj_description(c.oid, 'pg_class') FROM pg_class c "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE (n.nspname, c.relname) = (%s, %s)"
)
COLUMNS = (
    "SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid "
    "WHERE (n.nspname, c.relname) = (%s, %s) AND a.attnum > 0 AND NOT a.attisdropped"
)

CREATE = "CREATE TABLE {} (row integer, word text NOT NULL, count bigint, vector {} NOT NULL)"
TYPE = "{}({})"
LOAD = "COPY {} (word, row, count, vector) FROM STDIN (FORMAT BINARY)"
KEYS = {
    "row": "ALTER TABLE {} ADD CONSTRAINT {} PRIMARY KEY (row)",
    "word": "ALTER TABLE {} ADD CONSTRAINT {} UNIQUE (word)",
}
INDEX = "CREATE INDEX {} ON {} USING hnsw (vector {}) WITH (m = {}, ef_construction = {})"
# Past this memory pgvector builds an index much more slowly. It is a bound, of which no more is taken than needed.
INDEX_MEMORY = (
    "SELECT set_config('maintenance_work_mem', greatest(setting::bigint, least(%s, %s))::text || 'kB', true) "
    "FROM pg_settings WHERE name = 'maintenance_work_mem'"
)
COMMENT = "COMMENT ON TABLE {} IS {}"
ANALYZE = "ANALYZE {}"
# Who may do what with the table, and with one column of it. The owner may do all.
RIGHTS = (
    "SELECT r.rolname, a.privilege_type, NULL::name, a.is_grantable FROM pg_class c, aclexplode(c.relacl) a "
    "LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE c.oid = %s AND a.grantee <> c.relowner "
    "UNION ALL SELECT r.rolname, a.privilege_type, t.attname, a.is_grantable "
    "FROM pg_attribute t, aclexplode(t.attacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE t.attrelid = %s"
)
OF_COLUMN = " ({})"
GRANT = {False: "GRANT {}{} ON {} TO {}", True: "GRANT {}{} ON {} TO {} WITH GRANT OPTION"}
PUBLIC = "PUBLIC"
# What hangs on the table with this number, and would be lost with it.
ATTACHED = (
    "SELECT CASE v.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, v.relname "
    "FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid "
    "JOIN pg_class v ON v.oid = r.ev_class "
    "WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = %(table)s AND v.oid <> %(table)s "
    "UNION SELECT 'POLICY', polname FROM pg_policy WHERE polrelid = %(table)s "
    "UNION SELECT 'ROW LEVEL SECURITY ON', relname FROM pg_class WHERE oid = %(table)s AND relrowsecurity "
    "UNION SELECT 'TRIGGER', tgname FROM pg_trigger WHERE tgrelid = %(table)s AND NOT tgisinternal "
    "UNION SELECT 'FOREIGN KEY', conname FROM pg_constraint WHERE confrelid = %(table)s ORDER BY 1, 2"
)
WAIT_SHORTLY = "SET LOCAL lock_timeout = '1s'"
LOCK = "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE"
DROP = "DROP TABLE {}"
RENAME = "ALTER TABLE {} RENAME TO {}"

COUNT = "SELECT count(*) FROM {}"
FIRST = "SELECT vector FROM {} LIMIT 1"
# By whether there is a column count, and whether there is a column row.
ROWS = {
    (True, True): "SELECT word::text, vector, count::bigint FROM {} ORDER BY row",
    (True, False): "SELECT word::text, vector, count::bigint FROM {} ORDER BY count DESC NULLS LAST",
    (False, True): "SELECT word::text, vector, NULL::bigint FROM {} ORDER BY row",
    (False, False): "SELECT word::text, vector, NULL::bigint FROM {}",
}
LIMIT = "{} LIMIT {}"
