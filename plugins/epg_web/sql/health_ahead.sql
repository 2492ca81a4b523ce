-- The last programme of each provider and channel, one step in the unique index for each.
SELECT m.provider_id, m.channel_id, c.hidden, (
    SELECT p.end_time FROM airings p
    WHERE p.provider_id = m.provider_id AND p.channel_id = m.channel_id
    ORDER BY p.start_time DESC LIMIT 1) AS last
FROM (SELECT DISTINCT provider_id, channel_id FROM channel_mappings WHERE channel_id IS NOT NULL) m
JOIN channels c ON c.id = m.channel_id
