-- What is mapped to each of `:ids`, the best provider first, with what the feeds said of it and the provider's last import.
WITH latest AS MATERIALIZED (SELECT provider_id, max(last_seen) AS seen FROM feed_channels GROUP BY provider_id),
ended AS MATERIALIZED (
    SELECT provider_id, max(id) AS id FROM import_log WHERE status <> 'running' GROUP BY provider_id
)
SELECT m.channel_id, v.name AS provider, v.enabled, m.provider_channel_id AS ident, m.method, m.reason,
       f.last_seen AS seen, l.seen AS provider_seen, f.last_end, i.completed_at AS imported_at, i.status,
       i.error_message AS error
FROM json_each(:ids) c
CROSS JOIN channel_mappings m ON m.channel_id = c.value
JOIN providers v ON v.id = m.provider_id
LEFT JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
LEFT JOIN latest l ON l.provider_id = m.provider_id
LEFT JOIN ended e ON e.provider_id = m.provider_id
LEFT JOIN import_log i ON i.id = e.id
ORDER BY c.key, v.priority, v.id, m.provider_channel_id
