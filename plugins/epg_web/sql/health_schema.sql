SELECT name FROM _sqlite_migrations WHERE migration_set = 'datasette_epg' ORDER BY id
