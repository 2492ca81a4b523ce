-- Programmes with the words that are on or begin before :until, the soonest first, by way of the index of channel and start.
WITH near AS MATERIALIZED (
    SELECT p.id
    FROM channels c
    CROSS JOIN programs p INDEXED BY programs_channel_time
        ON p.channel_id = c.id AND p.start_time > :since AND p.start_time < :until
    WHERE c.hidden = 0 AND p.end_time > :now AND (:ids IS NULL OR c.id IN (SELECT value FROM json_each(:ids)))
),
hits AS MATERIALIZED (
    -- The plus keeps SQLite from asking the search index once for each programme.
    SELECT f.rowid AS id FROM programs_fts f WHERE programs_fts MATCH :match AND +f.rowid IN (SELECT id FROM near)
)
SELECT p.id
FROM hits
CROSS JOIN programs p ON p.id = hits.id
CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
WHERE p.shadowed_by IS NULL
ORDER BY p.start_time, p.id
LIMIT :need
