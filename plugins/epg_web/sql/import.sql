SELECT json_object(
    'id', l.id, 'provider_id', l.provider_id, 'provider', v.name, 'status', l.status, 'trigger', l."trigger",
    'started_at', l.started_at, 'completed_at', l.completed_at, 'programs_imported', l.programs_imported,
    'programs_updated', l.programs_updated, 'programs_unchanged', l.programs_unchanged,
    'programs_removed', l.programs_removed, 'programs_skipped', l.programs_skipped, 'channels_added', l.channels_added,
    'bytes_downloaded', l.bytes_downloaded, 'http_status', l.http_status, 'source', l.source,
    'downloads', l.downloads, 'problems', l.problems,
    'error_code', l.error_code, 'error_message', l.error_message,
    'problem_list', json((
        SELECT json_group_array(json_object(
            'code', code, 'line', line, 'subject', subject, 'message', message, 'count', count))
        FROM (SELECT * FROM import_problems WHERE import_id = l.id ORDER BY count DESC, code, line LIMIT 200))))
FROM import_log l
LEFT JOIN providers v ON v.id = l.provider_id
WHERE l.id = :id
