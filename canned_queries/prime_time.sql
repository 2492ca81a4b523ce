-- title: Prime time
-- description: What is on between 20:00 and 23:00 on one day, in the time zone that you give. At most 1,000 rows.
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
    SELECT hours, begins, strftime('%Y-%m-%dT%H:%M:%SZ', begins, '+3 hours') AS ends,
           strftime('%Y-%m-%dT%H:%M:%SZ', begins, '-' || longest_seconds || ' seconds') AS earliest
    FROM (
        SELECT hours, strftime('%Y-%m-%dT%H:%M:%SZ', date || 'T20:00:00', (-60 * hours) || ' minutes') AS begins
        FROM evening
    ), generation
),
wrong(message) AS (
    SELECT 'day ''' || substr(day, 1, 40) || ''' is not a date; use 2026-11-22' FROM evening WHERE date IS NULL
    UNION ALL
    SELECT 'tz_offset ''' || substr(zone, 1, 40) || ''' is not a number of hours; use 1, -5 or 5.5'
    FROM evening WHERE hours IS NULL
)
SELECT * FROM (
    SELECT c.number, c.display_name AS channel,
           strftime('%H:%M', p.start_time, (hours * 60) || ' minutes') AS local_start, p.start_time, p.end_time, p.title, p.subtitle, p.category, p.description, c.id AS channel_id, p.id
    FROM span
    CROSS JOIN channels c
    CROSS JOIN programs p ON p.channel_id = c.id
        AND p.start_time < ends AND p.end_time > begins AND p.start_time >= earliest
    CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    WHERE c.hidden = 0 AND p.shadowed_by IS NULL
    ORDER BY coalesce(c.position, 9e18), c.number IS NULL, CAST(c.number AS REAL), c.number, c.display_name, p.start_time
    LIMIT 1001
)
UNION ALL
SELECT NULL, message, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM wrong
