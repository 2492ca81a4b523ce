-- title: First showings
-- description: Programmes that the feed marks as new or as a premiere. At most 1,000 rows.
-- param channel: id, name or display name, such as 12 or bbc1.uk; default: all channels
-- param start: a time (2026-11-22T20:00:00Z, or with an offset) or a date (its first second, UTC); default: now
-- param end: only programmes that begin before this time, in the same forms; default: 24 hours after start

WITH asked(name, text) AS (VALUES ('start', trim(:start)), ('end', trim(:end))),
dates AS MATERIALIZED (
    SELECT name, text,
           CASE WHEN text GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'
                     AND date(substr(text, 1, 10), '+0 days') = substr(text, 1, 10)
                THEN strftime('%Y-%m-%dT%H:%M:%SZ', text) END AS utc
    FROM asked WHERE text <> ''
),
span AS MATERIALIZED (
    SELECT begins, ends, strftime('%Y-%m-%dT%H:%M:%SZ', begins, '-' || longest_seconds || ' seconds') AS earliest
    FROM (
        SELECT begins,
               coalesce((SELECT utc FROM dates WHERE name = 'end'),
                        strftime('%Y-%m-%dT%H:%M:%SZ', begins, '+24 hours')) AS ends
        FROM (
            SELECT coalesce((SELECT utc FROM dates WHERE name = 'start'),
                            strftime('%Y-%m-%dT%H:%M:%SZ', 'now')) AS begins
        )
    ), generation
),
found AS MATERIALIZED (
    SELECT id,
           CASE WHEN id = trim(:channel) THEN 1
                WHEN name = trim(:channel) COLLATE NOCASE THEN 2
                WHEN display_name = trim(:channel) COLLATE NOCASE THEN 3 END AS how
    FROM channels WHERE how IS NOT NULL
),
chosen AS MATERIALIZED (
    SELECT id FROM found WHERE how = (SELECT min(how) FROM found)
    UNION ALL
    SELECT id FROM channels WHERE coalesce(trim(:channel), '') = ''
),
wrong(message) AS (
    SELECT name || ' ''' || substr(text, 1, 40) || ''' is not a date; use 2026-11-22 or 2026-11-22T20:00:00Z'
    FROM dates WHERE utc IS NULL
    UNION ALL
    SELECT 'end ' || ends || ' is not after start ' || begins
    FROM span WHERE ends <= begins AND NOT EXISTS (SELECT 1 FROM dates WHERE utc IS NULL)
    UNION ALL
    SELECT 'there is no channel ''' || substr(trim(:channel), 1, 40) || '''; the table channels has their ids and names'
    WHERE trim(:channel) <> '' AND NOT EXISTS (SELECT 1 FROM found)
),
-- Only the first rows need their texts, which are long.
first AS MATERIALIZED (
    SELECT p.id
    FROM channels c
    CROSS JOIN airings p ON p.channel_id = c.id
        AND p.start_time < (SELECT ends FROM span)
        AND p.end_time > (SELECT begins FROM span)
        AND p.start_time >= (SELECT earliest FROM span)
    CROSS JOIN contents t ON t.id = p.content_id
    WHERE c.id IN (SELECT id FROM chosen) AND c.hidden = 0 AND p.shadowed_by IS NULL
      AND p.provider_id NOT IN (SELECT id FROM providers WHERE enabled = 0) AND NOT EXISTS (SELECT 1 FROM wrong)
      AND (t.is_new = 1 OR instr(t.details, '"premiere"') AND json_type(t.details, '$.premiere') IS NOT NULL)
    ORDER BY p.start_time, c.id
    LIMIT 1001
)
SELECT * FROM (
    SELECT p.start_time, p.end_time, c.display_name AS channel, p.title, p.subtitle, p.episode_num, p.category,
           p.description, c.id AS channel_id, p.id
    FROM first
    CROSS JOIN programs p ON p.id = first.id
    CROSS JOIN channels c ON c.id = p.channel_id
    ORDER BY p.start_time, c.id
    LIMIT 1001
)
UNION ALL
SELECT NULL, NULL, NULL, message, NULL, NULL, NULL, NULL, NULL, NULL FROM wrong
