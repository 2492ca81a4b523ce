-- title: On next
-- description: For each channel, the first programme that begins after a given time, and the minutes until then.
--   At most 1,000 rows.
-- param at: a time (2026-11-22T20:00:00Z, or with an offset) or a date (its first second, UTC); default: now

WITH asked(text) AS (VALUES (coalesce(trim(:at), ''))),
moment AS MATERIALIZED (
    SELECT text,
           CASE WHEN text = '' THEN strftime('%Y-%m-%dT%H:%M:%SZ', 'now')
                WHEN text GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'
                     AND date(substr(text, 1, 10), '+0 days') = substr(text, 1, 10)
                THEN strftime('%Y-%m-%dT%H:%M:%SZ', text) END AS utc
    FROM asked
)
SELECT * FROM (
    SELECT c.number, c.display_name AS channel, p.start_time, p.end_time, p.title, p.subtitle, p.category,
           (strftime('%s', p.start_time) - strftime('%s', m.utc)) / 60 AS minutes_until,
           p.description, c.id AS channel_id, p.id
    FROM moment m
    CROSS JOIN channels c
    CROSS JOIN programs p ON p.id = (
        SELECT q.id FROM airings q CROSS JOIN providers v ON v.id = q.provider_id AND v.enabled = 1
        WHERE q.channel_id = c.id AND q.start_time > m.utc AND q.shadowed_by IS NULL
        ORDER BY q.start_time LIMIT 1
    )
    WHERE c.hidden = 0
    ORDER BY coalesce(c.position, 9e18), c.number IS NULL, CAST(c.number AS REAL), c.number, c.display_name
    LIMIT 1001
)
UNION ALL
SELECT NULL, 'at ''' || substr(text, 1, 40) || ''' is not a date; use 2026-11-22 or 2026-11-22T20:00:00Z',
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM moment WHERE utc IS NULL
