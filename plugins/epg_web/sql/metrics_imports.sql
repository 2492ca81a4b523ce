-- The last import of each provider that has ended.
SELECT v.name, l.programs_imported AS added, l.programs_updated AS updated, l.programs_unchanged AS unchanged,
       l.programs_removed AS removed, l.programs_skipped AS skipped,
       max(0, strftime('%s', l.completed_at) - strftime('%s', l.started_at)) AS seconds
FROM providers v
JOIN import_log l ON l.id = (
    SELECT s.id FROM import_log s
    WHERE s.provider_id = v.id AND s.status <> 'running' ORDER BY s.id DESC LIMIT 1)
