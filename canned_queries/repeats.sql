-- title: Repeats
-- description: Programmes that the feed marks as previously shown. Also programmes that the same channel showed within
--   the two days before, with the same title, subtitle, episode and description. By channel.
--   At most 1,000 rows.
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
-- Channels come in batches, and no further batch is read once there are enough rows.
batches AS MATERIALIZED (
    SELECT min(id) AS lowest, max(id) AS highest
    FROM (SELECT id, row_number() OVER (ORDER BY id) / 50 AS batch FROM chosen)
    WHERE NOT EXISTS (SELECT 1 FROM wrong)
    GROUP BY batch ORDER BY batch
),
first AS MATERIALIZED (
    SELECT json_extract(found.value, '$[0]') AS id, json_extract(found.value, '$[1]') AS shown_here
    FROM batches
    CROSS JOIN json_each((
        SELECT json_group_array(json_array(id, shown_here))
        FROM (
            SELECT id, shown_here
            FROM (
                SELECT p.id, p.channel_id, p.start_time, p.end_time, p.content_id,
                       -- A title alone does not make a repeat: a daily programme may have nothing that distinguishes two
                       -- days. Such a programme gets its own id as description. A CASE around lag() would carry each text
                       -- twice through the sort, and p.channel_id in place of c.id would sort the channels, which come in
                       -- order already.
                       lag(p.start_time) OVER (
                           PARTITION BY c.id, t.title, t.subtitle, t.episode_num,
                                        coalesce(t.description, iif(t.subtitle IS NULL AND t.episode_num IS NULL, p.id, NULL))
                           ORDER BY p.start_time
                       ) AS shown_here
                FROM channels c
                CROSS JOIN airings p ON p.channel_id = c.id
                    AND p.start_time < (SELECT ends FROM span)
                    AND p.start_time >= (SELECT min(earliest, strftime('%Y-%m-%dT%H:%M:%SZ', begins, '-2 days')) FROM span)
                CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
                CROSS JOIN contents t ON t.id = p.content_id
                WHERE c.id BETWEEN batches.lowest AND batches.highest AND c.id IN (SELECT id FROM chosen)
                  AND c.hidden = 0 AND p.shadowed_by IS NULL
            ) s
            WHERE s.end_time > (SELECT begins FROM span)
              AND (s.shown_here IS NOT NULL OR EXISTS (
                  SELECT 1 FROM contents t WHERE t.id = s.content_id AND instr(t.details, '"previously-shown"')
                    AND json_type(t.details, '$."previously-shown"') IS NOT NULL))
            ORDER BY s.channel_id, s.start_time
            LIMIT 1001
        )
    )) AS found
    LIMIT 1001
)
SELECT * FROM (
    SELECT p.start_time, p.end_time, c.display_name AS channel, p.title, p.subtitle, p.episode_num, p.category,
           json_type(p.details, '$."previously-shown"') IS NOT NULL AS said_by_feed,
           json_extract(p.details, '$."previously-shown".start') AS first_shown, shown_here AS shown_here_before,
           p.description, c.id AS channel_id, p.id
    FROM first
    CROSS JOIN programs p ON p.id = first.id
    CROSS JOIN channels c ON c.id = p.channel_id
    ORDER BY c.id, p.start_time
    LIMIT 1001
)
UNION ALL
SELECT NULL, NULL, NULL, message, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM wrong
