SELECT m.id, json_object(
    'id', m.id, 'provider_id', m.provider_id, 'provider', v.name, 'provider_channel_id', m.provider_channel_id,
    'display_name', json_extract(f.names, '$[0].text'), 'channel_id', m.channel_id, 'channel', c.name, 'method', m.method,
    'score', m.score, 'reason', m.reason, 'shift_minutes', m.shift_minutes, 'created_at', m.created_at)
FROM channel_mappings m
JOIN providers v ON v.id = m.provider_id
LEFT JOIN channels c ON c.id = m.channel_id
LEFT JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
WHERE (:after IS NULL OR m.id > :after)
  AND (:provider IS NULL OR v.name = :provider OR v.id = :provider)
  AND (:channel IS NULL OR m.channel_id = :channel)
  AND (:method IS NULL OR m.method = :method)
ORDER BY m.id LIMIT :limit
