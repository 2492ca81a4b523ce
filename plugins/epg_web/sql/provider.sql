-- What everybody may know of a provider: its address only as far as it is published.
SELECT json_object(
    'id', v.id, 'name', v.name, 'enabled', json(iif(v.enabled, 'true', 'false')), 'priority', v.priority,
    'xmltv_url', v.xmltv_url, 'public_url', json(iif(v.public_url, 'true', 'false')), 'timezone', v.timezone,
    'shift_minutes', v.shift_minutes, 'language', json(v.language), 'channel_policy', v.channel_policy,
    'repair_text', json(iif(v.repair_text, 'true', 'false')),
    'kind', v.kind, 'mirrors', json(v.mirrors), 'schedule', v.schedule, 'schedule_timezone', v.schedule_timezone,
    'downloads_per_day', v.downloads_per_day, 'next_import_at', (SELECT next_at FROM import_plan WHERE provider_id = v.id),
    'created_at', v.created_at, 'updated_at', v.updated_at,
    'channels', (SELECT count(DISTINCT channel_id) FROM channel_mappings WHERE provider_id = v.id),
    'last_import', (
        SELECT json_object('id', l.id, 'status', l.status, 'started_at', l.started_at, 'completed_at', l.completed_at)
        FROM import_log l WHERE l.provider_id = v.id ORDER BY l.id DESC LIMIT 1))
FROM providers v WHERE v.id = :id
