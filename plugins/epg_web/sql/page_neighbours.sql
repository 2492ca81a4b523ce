-- The shown programmes of a channel before and after `:start`.
SELECT * FROM (
    SELECT 'before' AS place, p.id, p.start_time, p.title, json_extract(p.details, '$.title') AS titles
    FROM programs p
    WHERE p.id = (
        SELECT q.id FROM airings q CROSS JOIN providers w ON w.id = q.provider_id AND w.enabled = 1
        WHERE q.channel_id = :channel AND q.start_time < :start AND q.shadowed_by IS NULL
        ORDER BY q.start_time DESC LIMIT 1))
UNION ALL
SELECT * FROM (
    SELECT 'after' AS place, p.id, p.start_time, p.title, json_extract(p.details, '$.title') AS titles
    FROM programs p
    WHERE p.id = (
        SELECT q.id FROM airings q CROSS JOIN providers w ON w.id = q.provider_id AND w.enabled = 1
        WHERE q.channel_id = :channel AND q.start_time > :start AND q.shadowed_by IS NULL
        ORDER BY q.start_time LIMIT 1))
