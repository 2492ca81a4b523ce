-- title: Search
-- description: Programmes that have all these words in title, subtitle or description. Current and future programmes come
--   first, the soonest first, then past ones. For a very common word, only the newest 20,000 programmes are searched.
--   At most 200 rows.
-- param q: words, such as evening news; accents and case are ignored; a star at the end of a word finds beginnings
-- param start: only programmes that end after this time or date (its first second, UTC); default: no limit
-- param end: only programmes that begin before this time or date; default: no limit

WITH asked(name, text) AS (VALUES ('start', trim(:start)), ('end', trim(:end))),
dates AS MATERIALIZED (
    SELECT name, text,
           CASE WHEN text GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'
                     AND date(substr(text, 1, 10), '+0 days') = substr(text, 1, 10)
                THEN strftime('%Y-%m-%dT%H:%M:%SZ', text) END AS utc
    FROM asked WHERE text <> ''
),
words(text) AS MATERIALIZED (
    -- length() stops at a NUL character, which would also end the string for FTS5.
    SELECT replace(substr(q, 1, length(q)), '"', ' ') FROM (SELECT trim(coalesce(:q, '')) AS q)
),
wrong(message) AS (
    SELECT name || ' ''' || substr(text, 1, 40) || ''' is not a date; use 2026-11-22 or 2026-11-22T20:00:00Z'
    FROM dates WHERE utc IS NULL
    UNION ALL
    SELECT 'nothing to search for: write a word or two into q, for example q=news' FROM words WHERE trim(text) = ''
),
hits AS MATERIALIZED (
    -- Each word is quoted, so that no word is an operator. A star moves after the closing quote, where FTS5 takes it
    -- for a prefix search.
    SELECT a.id FROM (
        SELECT rowid AS content_id FROM contents_fts
        WHERE contents_fts MATCH (SELECT replace('"' || replace(text, ' ', '" "') || '"', '*"', '"*') FROM words)
        ORDER BY rowid DESC LIMIT 20000) f
    CROSS JOIN airings a ON a.content_id = f.content_id LIMIT 20000
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
