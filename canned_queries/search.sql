-- title: Search
-- description: Programmes with all these words in title, subtitle or description: what is still to come first, the
--   soonest on top, then the past. Of a very common word the newest 20,000 programmes are looked at. At most 200 rows.
-- param q: words, as: evening news; accents and case do not matter; a star at the end of a word finds beginnings
-- param start: only programmes that end after this; 2026-11-22T20:00:00Z, 2026-11-22 or with an offset; left out: any
-- param end: only programmes that begin before this, in the same forms; left out: any

WITH asked(name, text) AS (VALUES ('start', trim(:start)), ('end', trim(:end))),
dates AS MATERIALIZED (
    SELECT name, text,
           CASE WHEN text GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'
                     AND date(substr(text, 1, 10), '+0 days') = substr(text, 1, 10)
                THEN strftime('%Y-%m-%dT%H:%M:%SZ', text) END AS utc
    FROM asked WHERE text <> ''
),
words(text) AS MATERIALIZED (
    -- length() stops at a NUL, which would end FTS5's string too.
    SELECT replace(substr(q, 1, length(q)), '"', ' ') FROM (SELECT trim(coalesce(:q, '')) AS q)
),
wrong(message) AS (
    SELECT name || ' ''' || substr(text, 1, 40) || ''' is not a date; use 2026-11-22 or 2026-11-22T20:00:00Z'
    FROM dates WHERE utc IS NULL
    UNION ALL
    SELECT 'nothing to search for: write a word or two into q, for example q=news' FROM words WHERE trim(text) = ''
),
hits AS MATERIALIZED (
    -- Each word in quotes, so that nothing is an operator; a star goes behind the quote, where it means a beginning.
    SELECT rowid AS id FROM programs_fts
    WHERE programs_fts MATCH (SELECT replace('"' || replace(text, ' ', '" "') || '"', '*"', '"*') FROM words)
    ORDER BY rowid DESC LIMIT 20000
)
SELECT * FROM (
    SELECT p.start_time, p.end_time, c.display_name AS channel, p.title, p.subtitle, p.category, p.episode_num,
           p.description, c.id AS channel_id, p.id
    FROM hits
    CROSS JOIN programs p ON p.id = hits.id
    CROSS JOIN channels c ON c.id = p.channel_id AND c.hidden = 0
    CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    WHERE p.shadowed_by IS NULL AND NOT EXISTS (SELECT 1 FROM wrong)
      AND p.end_time > coalesce((SELECT utc FROM dates WHERE name = 'start'), '')
      AND p.start_time < coalesce((SELECT utc FROM dates WHERE name = 'end'), '9999')
    ORDER BY p.end_time <= strftime('%Y-%m-%dT%H:%M:%SZ', 'now'),
             CASE WHEN p.end_time > strftime('%Y-%m-%dT%H:%M:%SZ', 'now') THEN p.start_time END,
             p.start_time DESC
    LIMIT 200
)
UNION ALL
SELECT NULL, NULL, NULL, message, NULL, NULL, NULL, NULL, NULL, NULL FROM wrong
