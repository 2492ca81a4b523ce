-- title: Gaps
-- description: Gaps in the guide, between the end of one programme and the start of the next. At most 1,000 rows.
-- param channel: id, name or display name, such as 12 or bbc1.uk; default: all channels, sorted by channel
-- param minutes: only gaps of at least this many minutes, 1 to 10080; default: 10
-- param days: number of days ahead, 1 to 14; default: 3

WITH asked(name, text, standard, most) AS (
    VALUES ('minutes', trim(:minutes), 10, 10080), ('days', trim(:days), 3, 14)
),
numbers AS MATERIALIZED (
    SELECT name, text, standard, most,
           CASE WHEN coalesce(text, '') = '' THEN standard
                WHEN text NOT GLOB '*[^0-9]*' AND CAST(text AS INTEGER) BETWEEN 1 AND most THEN CAST(text AS INTEGER)
           END AS value
    FROM asked
),
span AS MATERIALIZED (
    SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now') AS begins,
           strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+' || value || ' days') AS ends
    FROM numbers WHERE name = 'days'
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
    SELECT name || ' ''' || substr(text, 1, 40) || ''' is not a number from 1 to ' || most || '; use ' || standard
    FROM numbers WHERE value IS NULL
    UNION ALL
    SELECT 'there is no channel ''' || substr(trim(:channel), 1, 40) || '''; the table channels has their ids and names'
    WHERE trim(:channel) <> '' AND NOT EXISTS (SELECT 1 FROM found)
),
-- Only a channel of several providers has hidden programmes. For the others (`several` is 0), the index tells what is shown.
visible AS MATERIALIZED (
    SELECT c.id,
           (SELECT count(*) FROM providers v
            WHERE EXISTS (SELECT 1 FROM airings a WHERE a.provider_id = v.id AND a.channel_id = c.id)) > 1
           OR EXISTS (SELECT 1 FROM providers v CROSS JOIN airings a ON a.provider_id = v.id AND a.channel_id = c.id
                      WHERE v.enabled = 0) AS several
    FROM channels c
    WHERE c.id IN (SELECT id FROM chosen) AND c.hidden = 0 AND NOT EXISTS (SELECT 1 FROM wrong)
),
-- What a gap may follow: what begins in the span, and the last programme of each channel that began before it.
earlier AS (
    SELECT p.channel_id, p.id, p.start_time, p.end_time, c.several
    FROM visible c
    CROSS JOIN airings p ON p.channel_id = c.id
        AND p.start_time >= (SELECT begins FROM span) AND p.start_time < (SELECT ends FROM span)
    WHERE CASE WHEN c.several
               THEN p.shadowed_by IS NULL AND p.provider_id NOT IN (SELECT id FROM providers WHERE enabled = 0)
               ELSE 1
          END
    UNION ALL
    SELECT p.channel_id, p.id, p.start_time, p.end_time, c.several
    FROM visible c CROSS JOIN airings p ON p.id = (
        SELECT q.id FROM airings q CROSS JOIN providers w ON w.id = q.provider_id AND w.enabled = 1
        WHERE q.channel_id = c.id AND q.start_time < (SELECT begins FROM span) AND q.shadowed_by IS NULL
        ORDER BY q.start_time DESC LIMIT 1)
),
-- Most programmes begin where another one ends. That is a look into the index, and the next programme is searched for the rest.
beside AS (
    SELECT e.channel_id, e.id AS previous, e.end_time AS ended, n.id, n.start_time
    FROM earlier e CROSS JOIN airings n ON n.id = (
        SELECT q.id FROM airings q CROSS JOIN providers w ON w.id = q.provider_id AND w.enabled = 1
        WHERE q.channel_id = e.channel_id AND q.start_time > e.start_time AND q.start_time < (SELECT ends FROM span)
          AND q.shadowed_by IS NULL
        ORDER BY q.start_time LIMIT 1)
    WHERE CASE WHEN e.several
               THEN NOT EXISTS (
                   SELECT 1 FROM airings q
                   WHERE q.channel_id = e.channel_id AND q.start_time = e.end_time AND q.shadowed_by IS NULL
                     AND q.provider_id NOT IN (SELECT id FROM providers WHERE enabled = 0))
               ELSE NOT EXISTS (
                   SELECT 1 FROM airings q WHERE q.channel_id = e.channel_id AND q.start_time = e.end_time)
          END
),
-- Only the first rows need their titles.
first AS MATERIALIZED (
    SELECT channel_id, id, start_time, previous, ended FROM beside
    WHERE ended < start_time AND start_time >= (SELECT begins FROM span)
      AND strftime('%s', start_time) - strftime('%s', ended) >= 60 * (SELECT value FROM numbers WHERE name = 'minutes')
    ORDER BY ended, channel_id
    LIMIT 1001
)
SELECT * FROM (
    SELECT f.channel_id, c.display_name AS channel, f.ended AS gap_start, f.start_time AS gap_end,
           (strftime('%s', f.start_time) - strftime('%s', f.ended)) / 60 AS minutes,
           b.title AS after_title, n.title AS before_title
    FROM first f
    CROSS JOIN channels c ON c.id = f.channel_id
    CROSS JOIN programs b ON b.id = f.previous
    CROSS JOIN programs n ON n.id = f.id
    ORDER BY gap_start, f.channel_id
    LIMIT 1001
)
UNION ALL
SELECT NULL, message, NULL, NULL, NULL, NULL, NULL FROM wrong
