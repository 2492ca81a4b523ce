SELECT json_object(
    'id', m.id, 'provider_id', m.provider_id, 'provider', v.name, 'provider_channel_id', m.provider_channel_id,
    'display_name', json_extract(f.names, '$[0].text'), 'channel_id', m.channel_id, 'channel', c.name, 'method', m.method,
    'score', m.score, 'reason', m.reason, 'shift_minutes', m.shift_minutes, 'created_at', m.created_at)
FROM channel_mappings m
JOIN providers v ON v.id = m.provider_id
LEFT JOIN channels c ON c.id = m.channel_id
LEFT JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
WHERE m.id = :id
