SELECT l.id, json_object(
    'id', l.id, 'provider_id', l.provider_id, 'provider', v.name, 'status', l.status, 'trigger', l."trigger",
    'started_at', l.started_at, 'completed_at', l.completed_at, 'programs_imported', l.programs_imported,
    'programs_updated', l.programs_updated, 'programs_unchanged', l.programs_unchanged,
    'programs_removed', l.programs_removed, 'programs_skipped', l.programs_skipped, 'channels_added', l.channels_added,
    'bytes_downloaded', l.bytes_downloaded, 'http_status', l.http_status, 'source', l.source,
    'downloads', l.downloads, 'problems', l.problems,
    'error_code', l.error_code, 'error_message', l.error_message)
FROM import_log l
LEFT JOIN providers v ON v.id = l.provider_id
WHERE (:after IS NULL OR l.id < :after)
  AND (:provider IS NULL OR v.name = :provider OR v.id = :provider)
  AND (:status IS NULL OR l.status = :status)
ORDER BY l.id DESC LIMIT :limit
