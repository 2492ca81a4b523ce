-- The running imports, how far each is, and what the last import of the same provider had and took.
SELECT l.id, v.name AS provider, l.started_at, p.stage, p.bytes, p.total_bytes, p.programmes, p.at,
       (SELECT o.programs_imported + o.programs_updated + o.programs_unchanged + o.programs_skipped FROM import_log o
        WHERE o.provider_id = l.provider_id AND o.status IN ('success', 'partial') ORDER BY o.id DESC LIMIT 1) AS expected,
       (SELECT strftime('%s', o.completed_at) - strftime('%s', o.started_at) FROM import_log o
        WHERE o.provider_id = l.provider_id AND o.status IN ('success', 'partial')
        ORDER BY o.id DESC LIMIT 1) AS took
FROM import_log l
LEFT JOIN providers v ON v.id = l.provider_id
LEFT JOIN import_progress p ON p.import_id = l.id
WHERE l.status = 'running' ORDER BY l.id
