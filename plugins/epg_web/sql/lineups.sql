-- All line-ups, or one (`:id`), with what is known of their entries and their last refresh.
SELECT l.id, json_object(
    'id', l.id, 'name', l.name, 'title', l.title, 'source_kind', l.source_kind, 'source_url', l.source_url,
    'kinds', json(l.kinds), 'id_scheme', l.id_scheme, 'filler', l.filler, 'episode_ids', json(iif(l.episode_ids, 'true', 'false')), 'updated_at', l.updated_at,
    'entries', (SELECT count(*) FROM lineup_channels e WHERE e.lineup_id = l.id AND e.gone_at IS NULL),
    'matched', (SELECT count(*) FROM lineup_channels e
                WHERE e.lineup_id = l.id AND e.gone_at IS NULL AND e.channel_id IS NOT NULL),
    'open', (SELECT count(*) FROM lineup_channels e
             WHERE e.lineup_id = l.id AND e.gone_at IS NULL AND e.channel_id IS NULL AND e.method IS NULL),
    'last_refresh', (
        SELECT json_object('id', r.id, 'status', r.status, 'trigger', r.trigger, 'started_at', r.started_at,
                           'completed_at', r.completed_at, 'added', r.added, 'removed', r.removed, 'problems', r.problems,
                           'error_code', r.error_code, 'error_message', r.error_message)
        FROM lineup_refreshes r WHERE r.lineup_id = l.id ORDER BY r.id DESC LIMIT 1))
FROM lineups l WHERE :id IS NULL OR l.id = :id ORDER BY l.name
