-- One mapping: by its id, or by provider (name or id) and the channel's id in the feed.
SELECT m.id, m.provider_id, v.name AS provider, m.provider_channel_id, json_extract(f.names, '$[0].text') AS display_name,
       m.method, m.channel_id, c.name AS channel, c.display_name AS channel_display_name
FROM channel_mappings m
JOIN providers v ON v.id = m.provider_id
LEFT JOIN channels c ON c.id = m.channel_id
LEFT JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
WHERE m.id = :id
   OR (m.provider_id = (SELECT id FROM providers WHERE name = :provider OR id = :provider)
       AND m.provider_channel_id = :source)
