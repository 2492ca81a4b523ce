-- The enabled providers with how many channels each feeds.
SELECT v.id, v.name, count(DISTINCT m.channel_id) AS channels
FROM providers v LEFT JOIN channel_mappings m ON m.provider_id = v.id
WHERE v.enabled = 1 GROUP BY v.id ORDER BY v.priority, v.id
