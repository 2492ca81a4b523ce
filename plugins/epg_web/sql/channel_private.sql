-- One channel for those who may change it: hidden ones too.
SELECT json_object(
    'id', c.id, 'name', c.name, 'display_name', c.display_name, 'icon_url', c.icon_url, 'number', c.number,
    'hidden', json(iif(c.hidden, 'true', 'false')), 'pinned', json(c.pinned), 'created_at', c.created_at,
    'providers', json((
        SELECT json_group_array(name) FROM (
            SELECT DISTINCT v.name, v.priority, v.id FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
            WHERE m.channel_id = c.id ORDER BY v.priority, v.id))),
    'covered_from', (
        SELECT p.start_time FROM airings p CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
        WHERE p.channel_id = c.id AND p.shadowed_by IS NULL ORDER BY p.start_time LIMIT 1),
    'covered_until', (
        SELECT p.end_time FROM airings p CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
        WHERE p.channel_id = c.id AND p.shadowed_by IS NULL ORDER BY p.start_time DESC LIMIT 1))
FROM channels c WHERE c.id = :id
