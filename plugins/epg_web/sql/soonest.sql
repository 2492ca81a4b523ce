-- The soonest of the next programmes (near.py) that have the words.
WITH hits AS MATERIALIZED (
    -- Without a limit SQLite would leave out this order, as that of a table that is joined.
    SELECT n.id, n.start_time
    FROM programs_fts f
    CROSS JOIN temp.near n ON n.id = f.rowid
    WHERE programs_fts MATCH :match AND n.end_time > :now
      AND (:ids IS NULL OR n.channel_id IN (SELECT value FROM json_each(:ids)))
    ORDER BY n.start_time, n.id LIMIT -1
),
shown AS MATERIALIZED (
    -- Row after row, so that the limit ends it.
    SELECT h.id, h.start_time
    FROM hits h
    CROSS JOIN programs p ON p.id = h.id
    CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    WHERE p.shadowed_by IS NULL
    LIMIT :need
)
SELECT id FROM shown ORDER BY start_time, id
