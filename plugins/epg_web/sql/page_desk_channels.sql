-- All channels in their order, with what filters need: until when programmes are known, whether a feed dropped it, the
-- providers and groups by id. A channel is stale where the last import of a provider did not find it in the feed.
WITH latest AS MATERIALIZED (SELECT provider_id, max(last_seen) AS seen FROM feed_channels GROUP BY provider_id),
fed AS MATERIALIZED (
    SELECT m.channel_id, json_group_array(DISTINCT m.provider_id) AS providers, max(f.last_seen < l.seen) AS stale
    FROM channel_mappings m
    LEFT JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
    LEFT JOIN latest l ON l.provider_id = m.provider_id
    WHERE m.channel_id IS NOT NULL GROUP BY m.channel_id
),
grouped AS MATERIALIZED (SELECT channel_id, json_group_array(group_id) AS ids FROM channel_groups GROUP BY channel_id)
SELECT c.id, c.name, c.display_name, c.icon_url, c.number, c.hidden, c.position,
       (SELECT p.end_time FROM airings p CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
        WHERE p.channel_id = c.id ORDER BY p.start_time DESC LIMIT 1) AS until,
       ifnull(fed.providers, '[]') AS providers, ifnull(fed.stale, 0) AS stale, ifnull(g.ids, '[]') AS groups
FROM channels c
LEFT JOIN fed ON fed.channel_id = c.id
LEFT JOIN grouped g ON g.channel_id = c.id
ORDER BY coalesce(c.position, 9e18), c.number IS NULL, coalesce(CAST(c.number AS REAL), 0), coalesce(c.number, ''),
    c.display_name, c.id
