-- Each provider with its last import and how far its programmes reach: two steps in the unique index of airings for
-- every channel it feeds.
WITH fed AS (
    SELECT DISTINCT provider_id, channel_id FROM channel_mappings WHERE channel_id IS NOT NULL
), edges AS MATERIALIZED (
    SELECT f.provider_id,
           (SELECT p.start_time FROM airings p
            WHERE p.provider_id = f.provider_id AND p.channel_id = f.channel_id
            ORDER BY p.start_time LIMIT 1) AS first,
           (SELECT p.end_time FROM airings p
            WHERE p.provider_id = f.provider_id AND p.channel_id = f.channel_id
            ORDER BY p.start_time DESC LIMIT 1) AS last
    FROM fed f
), reach AS MATERIALIZED (
    SELECT provider_id, count(*) AS channels, count(*) FILTER (WHERE last > :now) AS ahead,
           min(first) AS first, max(last) AS last
    FROM edges GROUP BY provider_id
)
SELECT v.id, v.name, v.xmltv_url, v.enabled, v.priority, ifnull(r.channels, 0) AS channels, ifnull(r.ahead, 0) AS ahead,
       r.first, r.last, l.id AS import_id, l.status, l.started_at, l.completed_at, l.programs_imported,
       l.programs_updated, l.programs_unchanged, l.programs_removed, l.programs_skipped, l.problems, l.error_message,
       json_array_length(v.mirrors) AS mirrors, v.schedule, v.schedule_timezone, v.downloads_per_day, n.next_at, n.reason,
       (SELECT l2.source FROM import_log l2 WHERE l2.provider_id = v.id AND l2.status IN ('success', 'partial')
        ORDER BY l2.id DESC LIMIT 1) AS source
FROM providers v
LEFT JOIN import_plan n ON n.provider_id = v.id
LEFT JOIN reach r ON r.provider_id = v.id
LEFT JOIN import_log l ON l.id = (SELECT max(id) FROM import_log WHERE provider_id = v.id)
ORDER BY v.priority, v.id
