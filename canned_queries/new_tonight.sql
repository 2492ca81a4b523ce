-- title: New tonight
-- description: What begins between 18:00 and midnight on one day, in the time zone that you give, and is no repeat: the
--   feed says that it is new, or no earlier showing is known. By channel. At most 1,000 rows.
-- param day: a date such as 2026-11-22; default: today
-- param tz_offset: hours ahead of UTC, such as 1, -5 or 5.5; default: 0

WITH asked(day, zone) AS (VALUES (coalesce(trim(:day), ''), coalesce(trim(:tz_offset), ''))),
local AS MATERIALIZED (
    SELECT day, zone,
           CASE WHEN zone = '' THEN 0.0
                WHEN zone GLOB '*[0-9]*' AND zone NOT GLOB '*[^0-9.+-]*' AND substr(zone, 2) NOT GLOB '*[+-]*'
                     AND abs(zone) <= 14 THEN CAST(zone AS REAL) END AS hours
    FROM asked
),
evening AS MATERIALIZED (
    SELECT day, zone, hours,
           CASE WHEN day = '' THEN date('now', (coalesce(hours, 0) * 60) || ' minutes')
                WHEN day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'
                     AND date(substr(day, 1, 10), '+0 days') = substr(day, 1, 10) AND date(day) IS NOT NULL
                THEN substr(day, 1, 10) END AS date
    FROM local
),
span AS MATERIALIZED (
    SELECT hours, begins, strftime('%Y-%m-%dT%H:%M:%SZ', begins, '+6 hours') AS ends
    FROM (
        SELECT hours, strftime('%Y-%m-%dT%H:%M:%SZ', date || 'T18:00:00', (-60 * hours) || ' minutes') AS begins
        FROM evening
    )
),
wrong(message) AS (
    SELECT 'day ''' || substr(day, 1, 40) || ''' is not a date; use 2026-11-22' FROM evening WHERE date IS NULL
    UNION ALL
    SELECT 'tz_offset ''' || substr(zone, 1, 40) || ''' is not a number of hours; use 1, -5 or 5.5'
    FROM evening WHERE hours IS NULL
)
-- The span is asked for, not joined: so SQLite sees that rows come in order, and stops when there are enough.
SELECT * FROM (
    SELECT c.number, c.display_name AS channel,
           strftime('%H:%M', p.start_time, (60 * (SELECT hours FROM span)) || ' minutes') AS local_start, p.start_time, p.end_time, p.title,
           p.subtitle, p.episode_num, p.showing, p.showing_reason, p.description, p.series_id, c.id AS channel_id, p.id
    FROM channels c
    CROSS JOIN programs p ON p.channel_id = c.id
        AND p.start_time < (SELECT ends FROM span) AND p.start_time >= (SELECT begins FROM span)
    CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    WHERE c.hidden = 0 AND p.shadowed_by IS NULL AND p.showing IN ('first', 'first_here')
    ORDER BY c.id, p.start_time
    LIMIT 1001
)
UNION ALL
SELECT NULL, message, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM wrong
