-- A database of the first release, as SQL: its schema as it stood then, and a few rows. Never edit it.
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
BEGIN;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" ("id", "migration_set", "name", "applied_at") VALUES (1, 'datasette_epg', 'm001_guide', '2026-11-22 16:45:22.707890+00:00');
CREATE TABLE providers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            xmltv_url TEXT,
            public_url INTEGER NOT NULL DEFAULT 0 CHECK (public_url IN (0, 1)),
            enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
            priority INTEGER NOT NULL DEFAULT 100,
            timezone TEXT,
            shift_minutes INTEGER NOT NULL DEFAULT 0,
            language TEXT NOT NULL DEFAULT '[]',
            channel_policy TEXT NOT NULL DEFAULT 'all' CHECK (channel_policy IN ('all', 'mapped')),
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL
        );
INSERT INTO "providers" ("id", "name", "xmltv_url", "public_url", "enabled", "priority", "timezone", "shift_minutes", "language", "channel_policy", "created_at", "updated_at") VALUES (1, 'first', NULL, 0, 1, 10, 'Europe/London', 0, '["en"]', 'all', '2026-11-22T12:00:00Z', '2026-11-22T12:00:01Z');
INSERT INTO "providers" ("id", "name", "xmltv_url", "public_url", "enabled", "priority", "timezone", "shift_minutes", "language", "channel_policy", "created_at", "updated_at") VALUES (2, 'second', NULL, 0, 1, 20, NULL, 0, '[]', 'all', '2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z');
CREATE TABLE channels (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            display_name TEXT NOT NULL,
            icon_url TEXT,
            number TEXT,
            hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
            created_at TEXT NOT NULL
        );
INSERT INTO "channels" ("id", "name", "display_name", "icon_url", "number", "hidden", "created_at") VALUES (1, 'one.example', 'Channel One', NULL, NULL, 0, '2026-11-22T12:00:00Z');
INSERT INTO "channels" ("id", "name", "display_name", "icon_url", "number", "hidden", "created_at") VALUES (2, 'two.example', 'Channel Two', NULL, NULL, 0, '2026-11-22T12:00:00Z');
CREATE TABLE channel_mappings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            provider_id INTEGER NOT NULL REFERENCES providers(id) ON DELETE CASCADE,
            provider_channel_id TEXT NOT NULL,
            channel_id INTEGER REFERENCES channels(id) ON DELETE CASCADE,
            method TEXT NOT NULL CHECK (method IN ('id', 'name', 'new', 'manual')),
            score REAL,
            display_name TEXT,
            details TEXT NOT NULL DEFAULT '{}',
            created_at TEXT NOT NULL,
            UNIQUE (provider_id, provider_channel_id)
        );
INSERT INTO "channel_mappings" ("id", "provider_id", "provider_channel_id", "channel_id", "method", "score", "display_name", "details", "created_at") VALUES (1, 1, 'shop.example', NULL, 'manual', NULL, 'Shopping', '{"display-name":[{"text":"Shopping"}]}', '2026-11-22T12:00:00Z');
INSERT INTO "channel_mappings" ("id", "provider_id", "provider_channel_id", "channel_id", "method", "score", "display_name", "details", "created_at") VALUES (2, 1, 'one.example', 1, 'new', NULL, 'Channel One', '{"display-name":[{"text":"Channel One"}]}', '2026-11-22T12:00:00Z');
INSERT INTO "channel_mappings" ("id", "provider_id", "provider_channel_id", "channel_id", "method", "score", "display_name", "details", "created_at") VALUES (3, 1, 'two.example', 2, 'new', NULL, 'Channel Two', '{"display-name":[{"text":"Channel Two"}]}', '2026-11-22T12:00:00Z');
INSERT INTO "channel_mappings" ("id", "provider_id", "provider_channel_id", "channel_id", "method", "score", "display_name", "details", "created_at") VALUES (4, 2, 'b1', 1, 'name', 1.0, 'CHANNEL ONE HD', '{"display-name":[{"text":"CHANNEL ONE HD"}]}', '2026-11-22T12:00:00Z');
CREATE TABLE programs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            channel_id INTEGER NOT NULL REFERENCES channels(id) ON DELETE CASCADE,
            provider_id INTEGER NOT NULL REFERENCES providers(id) ON DELETE CASCADE,
            start_time TEXT NOT NULL,
            end_time TEXT NOT NULL,
            title TEXT NOT NULL,
            subtitle TEXT,
            description TEXT,
            category TEXT NOT NULL DEFAULT '[]',
            episode_num TEXT,
            season INTEGER,
            episode INTEGER,
            rating TEXT,
            actors TEXT NOT NULL DEFAULT '[]',
            directors TEXT NOT NULL DEFAULT '[]',
            icon_url TEXT,
            is_new INTEGER NOT NULL DEFAULT 0,
            details TEXT NOT NULL DEFAULT '{}',
            end_source TEXT NOT NULL,
            shadowed_by INTEGER,
            content_hash INTEGER,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            UNIQUE (provider_id, channel_id, start_time)
        );
INSERT INTO "programs" ("id", "channel_id", "provider_id", "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating", "actors", "directors", "icon_url", "is_new", "details", "end_source", "shadowed_by", "content_hash", "created_at", "updated_at") VALUES (1, 1, 1, '2026-11-22T12:00:00Z', '2026-11-22T13:00:00Z', 'News', 'A part', 'Words, "quotes" and é', '["News"]', 'S01E05', 1, 5, NULL, '["Ann"]', '["Bob"]', NULL, 0, '{"desc":[{"lang":"en"}],"credits":[{"type":"director","name":"Bob"},{"type":"actor","name":"Ann","role":"Her"}],"category":[{"lang":"en"}],"episode-num":[{"text":"0.4.","system":"xmltv_ns"}]}', 'feed', NULL, 8794564911494646013, '2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z');
INSERT INTO "programs" ("id", "channel_id", "provider_id", "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating", "actors", "directors", "icon_url", "is_new", "details", "end_source", "shadowed_by", "content_hash", "created_at", "updated_at") VALUES (2, 1, 1, '2026-11-22T13:00:00Z', '2026-11-22T14:00:00Z', 'A shorter film', NULL, NULL, '[]', NULL, NULL, NULL, NULL, '[]', '[]', NULL, 0, '{}', 'feed', NULL, 6247387038944069330, '2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z');
INSERT INTO "programs" ("id", "channel_id", "provider_id", "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating", "actors", "directors", "icon_url", "is_new", "details", "end_source", "shadowed_by", "content_hash", "created_at", "updated_at") VALUES (3, 2, 1, '2026-11-22T12:00:00Z', '2026-11-22T13:00:00Z', 'Quiz', NULL, NULL, '[]', NULL, NULL, NULL, NULL, '[]', '[]', NULL, 0, '{}', 'assumed', NULL, 5364795680712677745, '2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z');
INSERT INTO "programs" ("id", "channel_id", "provider_id", "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating", "actors", "directors", "icon_url", "is_new", "details", "end_source", "shadowed_by", "content_hash", "created_at", "updated_at") VALUES (4, 1, 2, '2026-11-22T12:00:00Z', '2026-11-22T13:00:00Z', 'News too', NULL, NULL, '[]', NULL, NULL, NULL, NULL, '[]', '[]', NULL, 0, '{}', 'feed', 1, 5355499758787182841, '2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z');
INSERT INTO "programs" ("id", "channel_id", "provider_id", "start_time", "end_time", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating", "actors", "directors", "icon_url", "is_new", "details", "end_source", "shadowed_by", "content_hash", "created_at", "updated_at") VALUES (5, 1, 2, '2026-11-22T14:00:00Z', '2026-11-22T15:00:00Z', 'Late', NULL, NULL, '[]', NULL, NULL, NULL, NULL, '[]', '[]', NULL, 0, '{}', 'feed', NULL, 622298977029657246, '2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z');
CREATE VIRTUAL TABLE programs_fts USING fts5(
            title, subtitle, description, content="programs", content_rowid="id",
            tokenize="unicode61 remove_diacritics 2"
        );
CREATE TABLE import_log (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            provider_id INTEGER REFERENCES providers(id) ON DELETE CASCADE,
            started_at TEXT NOT NULL,
            completed_at TEXT,
            status TEXT NOT NULL CHECK (status IN ('running', 'success', 'partial', 'failed')),
            "trigger" TEXT NOT NULL,
            programs_imported INTEGER NOT NULL DEFAULT 0,
            programs_updated INTEGER NOT NULL DEFAULT 0,
            programs_unchanged INTEGER NOT NULL DEFAULT 0,
            programs_removed INTEGER NOT NULL DEFAULT 0,
            programs_skipped INTEGER NOT NULL DEFAULT 0,
            channels_added INTEGER NOT NULL DEFAULT 0,
            bytes_downloaded INTEGER,
            http_status INTEGER,
            etag TEXT,
            last_modified TEXT,
            sha256 TEXT,
            settings_hash TEXT,
            next_start TEXT,
            problems INTEGER NOT NULL DEFAULT 0,
            error_code TEXT,
            error_message TEXT
        );
INSERT INTO "import_log" ("id", "provider_id", "started_at", "completed_at", "status", "trigger", "programs_imported", "programs_updated", "programs_unchanged", "programs_removed", "programs_skipped", "channels_added", "bytes_downloaded", "http_status", "etag", "last_modified", "sha256", "settings_hash", "next_start", "problems", "error_code", "error_message") VALUES (1, 1, '2026-11-22T12:00:00Z', '2026-11-22T16:45:22Z', 'success', 'test', 3, 0, 0, 0, 0, 2, 970, NULL, NULL, NULL, '4176c924d5c117a6a7913ea38741e28b2954ca5db50c2eaa6ddf2e955a068e45', '2026-11-22T12:00:01Z Europe/London 0 en all None None 3 3 3 1', NULL, 0, NULL, NULL);
INSERT INTO "import_log" ("id", "provider_id", "started_at", "completed_at", "status", "trigger", "programs_imported", "programs_updated", "programs_unchanged", "programs_removed", "programs_skipped", "channels_added", "bytes_downloaded", "http_status", "etag", "last_modified", "sha256", "settings_hash", "next_start", "problems", "error_code", "error_message") VALUES (2, 1, '2026-11-22T12:00:00Z', '2026-11-22T16:45:22Z', 'success', 'test', 0, 1, 2, 0, 0, 0, 857, NULL, NULL, NULL, '8d34ef530fdbbcfb4962fcd2e7e6312a9bb3645a748bc5d2d0bf6fe54676d0d6', '2026-11-22T12:00:01Z Europe/London 0 en all None None 3 3 3 1', NULL, 1, NULL, NULL);
INSERT INTO "import_log" ("id", "provider_id", "started_at", "completed_at", "status", "trigger", "programs_imported", "programs_updated", "programs_unchanged", "programs_removed", "programs_skipped", "channels_added", "bytes_downloaded", "http_status", "etag", "last_modified", "sha256", "settings_hash", "next_start", "problems", "error_code", "error_message") VALUES (3, 2, '2026-11-22T12:00:00Z', '2026-11-22T16:45:22Z', 'success', 'test', 2, 0, 0, 0, 0, 0, 351, NULL, NULL, NULL, '2b49ba6f1b4ad9eb6f32c55040cf457b839aaf8beb733733a1e1854b079bc2cf', '2026-11-22T12:00:00Z None 0  all None None 1 1 4 1', NULL, 0, NULL, NULL);
INSERT INTO "import_log" ("id", "provider_id", "started_at", "completed_at", "status", "trigger", "programs_imported", "programs_updated", "programs_unchanged", "programs_removed", "programs_skipped", "channels_added", "bytes_downloaded", "http_status", "etag", "last_modified", "sha256", "settings_hash", "next_start", "problems", "error_code", "error_message") VALUES (4, 2, '2026-11-22T12:00:00Z', '2026-11-22T16:45:22Z', 'failed', 'test', 0, 0, 0, 0, 0, 0, 5, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'noprogrammes', 'the feed holds no programme with a channel, a start and a title; look at it with: epg-ingest check');
CREATE TABLE import_problems (
            import_id INTEGER NOT NULL REFERENCES import_log(id) ON DELETE CASCADE,
            code TEXT NOT NULL,
            line INTEGER,
            subject TEXT,
            message TEXT,
            count INTEGER NOT NULL DEFAULT 1
        );
INSERT INTO "import_problems" ("import_id", "code", "line", "subject", "message", "count") VALUES (2, 'channelnoprogramme', NULL, 'shop.example', 'a declared channel without programmes', 1);
CREATE TABLE program_changes (
            import_id INTEGER NOT NULL REFERENCES import_log(id) ON DELETE CASCADE,
            program_id INTEGER NOT NULL,
            channel_id INTEGER NOT NULL REFERENCES channels(id) ON DELETE CASCADE,
            start_time TEXT NOT NULL,
            title TEXT NOT NULL,
            change TEXT NOT NULL CHECK (change IN ('added', 'changed', 'removed')),
            before TEXT,
            after TEXT
        );
INSERT INTO "program_changes" ("import_id", "program_id", "channel_id", "start_time", "title", "change", "before", "after") VALUES (2, 2, 1, '2026-11-22T13:00:00Z', 'A shorter film', 'changed', '{"end_time":"2026-11-22T15:00:00Z","title":"Film"}', '{"end_time":"2026-11-22T14:00:00Z","title":"A shorter film"}');
CREATE TABLE generation (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            number INTEGER NOT NULL,
            longest_seconds INTEGER NOT NULL,
            changed_at TEXT NOT NULL
        );
INSERT INTO "generation" ("id", "number", "longest_seconds", "changed_at") VALUES (1, 6, 7200, '2026-11-22T16:45:22Z');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX channel_mappings_channel_id ON channel_mappings (channel_id);
CREATE INDEX programs_channel_time ON programs (channel_id, start_time, end_time);
CREATE INDEX import_log_provider ON import_log (provider_id, id);
CREATE INDEX import_problems_import ON import_problems (import_id, code);
CREATE INDEX program_changes_import ON program_changes (import_id);
CREATE INDEX program_changes_channel ON program_changes (channel_id, start_time);
CREATE VIEW guide AS
            SELECT p.id, p.channel_id, c.name AS channel, c.display_name, c.number, v.name AS provider,
                   p.start_time, p.end_time, p.title, p.subtitle, p.description, p.category, p.episode_num,
                   p.season, p.episode, p.rating, p.actors, p.directors, p.icon_url, p.is_new, p.details,
                   p.end_source, p.provider_id, p.updated_at
            FROM programs p
            JOIN channels c ON c.id = p.channel_id
            JOIN providers v ON v.id = p.provider_id
            WHERE p.shadowed_by IS NULL AND c.hidden = 0 AND v.enabled = 1;
INSERT INTO programs_fts (programs_fts, rank) VALUES ('hashsize', 16777216);
INSERT INTO programs_fts (programs_fts) VALUES ('rebuild');
PRAGMA user_version = 6;
COMMIT;
