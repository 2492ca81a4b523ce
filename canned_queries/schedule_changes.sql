-- title: Schedule changes
-- description: What imports added, changed and removed, the newest import first. A provider's first import is not listed.
--   At most 1,000 rows.
-- param since: a time (2026-11-22T20:00:00Z, or with an offset) or a date (its first second, UTC); default: 24 hours ago
-- param channel: id, name or display name, such as 12 or bbc1.uk; default: all channels
-- param change: added, changed or removed; default: all

WITH asked(text) AS (VALUES (coalesce(trim(:since), ''))),
moment AS MATERIALIZED (
    SELECT text,
           CASE WHEN text = '' THEN strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-24 hours')
                WHEN text GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'
                     AND date(substr(text, 1, 10), '+0 days') = substr(text, 1, 10)
                THEN strftime('%Y-%m-%dT%H:%M:%SZ', text) END AS utc
    FROM asked
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
    SELECT 'since ''' || substr(text, 1, 40) || ''' is not a date; use 2026-11-22 or 2026-11-22T20:00:00Z'
    FROM moment WHERE utc IS NULL
    UNION ALL
    SELECT 'change ''' || substr(trim(:change), 1, 40) || ''' is unknown; use added, changed or removed'
    WHERE lower(trim(:change)) NOT IN ('', 'added', 'changed', 'removed')
    UNION ALL
    SELECT 'there is no channel ''' || substr(trim(:channel), 1, 40) || '''; the table channels has their ids and names'
    WHERE trim(:channel) <> '' AND NOT EXISTS (SELECT 1 FROM found)
)
SELECT * FROM (
    SELECT i.completed_at AS imported_at, v.name AS provider, c.display_name AS channel, x.start_time, x.title, x.change,
           x.before, x.after, c.id AS channel_id, x.program_id
    FROM import_log i
    CROSS JOIN program_changes x ON x.import_id = i.id
    CROSS JOIN channels c ON c.id = x.channel_id AND c.hidden = 0
    LEFT JOIN providers v ON v.id = i.provider_id
    WHERE i.started_at >= (SELECT utc FROM moment) AND NOT EXISTS (SELECT 1 FROM wrong)
      AND c.id IN (SELECT id FROM chosen)
      AND (coalesce(trim(:change), '') = '' OR x.change = lower(trim(:change)))
    ORDER BY i.id DESC, x.start_time, c.id
    LIMIT 1001
)
UNION ALL
SELECT NULL, NULL, NULL, NULL, message, NULL, NULL, NULL, NULL, NULL FROM wrong
