-- title: Provider quality
-- description: For each provider, its last import and how complete its programmes of the next hours are, shown or hidden.
-- param hours: the percentages cover programmes that begin within this many hours, 1 to 168; default: 24

WITH asked(name, text, standard, most) AS (VALUES ('hours', trim(:hours), 24, 168)),
numbers AS MATERIALIZED (
    SELECT name, text, standard, most,
           CASE WHEN coalesce(text, '') = '' THEN standard
                WHEN text NOT GLOB '*[^0-9]*' AND CAST(text AS INTEGER) BETWEEN 1 AND most THEN CAST(text AS INTEGER)
           END AS value
    FROM asked
),
wrong(message) AS (
    SELECT name || ' ''' || substr(text, 1, 40) || ''' is not a number from 1 to ' || most || '; use ' || standard
    FROM numbers WHERE value IS NULL
),
clock AS MATERIALIZED (
    SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now') AS now,
           strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+' || value || ' hours') AS ends
    FROM numbers
),
fed AS MATERIALIZED (SELECT DISTINCT provider_id, channel_id FROM channel_mappings WHERE channel_id IS NOT NULL),
-- By provider in their order, and with what depends on channels apart: to sort, SQLite would copy each description.
quality AS MATERIALIZED (
    SELECT v.id AS provider_id, count(*) AS upcoming,
           (SELECT count(*) FROM fed f WHERE f.provider_id = v.id AND EXISTS (
                SELECT 1 FROM airings p WHERE p.provider_id = f.provider_id AND p.channel_id = f.channel_id
                  AND p.start_time >= (SELECT now FROM clock) AND p.start_time < (SELECT ends FROM clock))) AS channels,
           avg(coalesce(t.description, '') <> '') AS described, avg(t.category <> '[]') AS categorised,
           avg(coalesce(t.episode_num, '') <> '') AS numbered, avg(p.end_source = 'assumed') AS assumed,
           avg(p.shadowed_by IS NOT NULL) AS hidden
    FROM providers v
    CROSS JOIN fed ON fed.provider_id = v.id
    CROSS JOIN airings p ON p.provider_id = fed.provider_id AND p.channel_id = fed.channel_id
        AND p.start_time >= (SELECT now FROM clock) AND p.start_time < (SELECT ends FROM clock)
    CROSS JOIN contents t ON t.id = p.content_id
    GROUP BY v.id
)
SELECT * FROM (
    SELECT v.name AS provider, v.enabled, v.priority, i.completed_at AS last_import, i.status,
           round((julianday(now) - julianday(g.completed_at)) * 24, 1) AS hours_since_success, i.problems,
           (SELECT count(*) FROM airings p WHERE p.provider_id = v.id) AS programmes,
           coalesce(upcoming, 0) AS programmes_ahead, coalesce(channels, 0) AS channels_ahead,
           round(100 * described, 1) AS description_percent, round(100 * categorised, 1) AS category_percent,
           round(100 * numbered, 1) AS episode_percent, round(100 * assumed, 1) AS assumed_stop_percent,
           round(100 * hidden, 1) AS hidden_percent, i.error_message
    FROM clock
    CROSS JOIN providers v
    LEFT JOIN quality ON quality.provider_id = v.id
    LEFT JOIN import_log i ON i.id = (SELECT max(id) FROM import_log WHERE provider_id = v.id)
    LEFT JOIN import_log g ON g.id = (
        SELECT max(id) FROM import_log WHERE provider_id = v.id AND status IN ('success', 'partial')
    )
    WHERE NOT EXISTS (SELECT 1 FROM wrong)
    ORDER BY v.priority, v.id
    LIMIT 1001
)
UNION ALL
SELECT message, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM wrong
