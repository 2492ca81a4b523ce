-- Channels that may become one, with what feeds them and what is on now.
SELECT c.id, c.name, c.display_name, c.number, c.icon_url, c.hidden,
       (SELECT group_concat(name, ', ') FROM (
            SELECT DISTINCT v.name, v.priority, v.id FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
            WHERE m.channel_id = c.id ORDER BY v.priority, v.id)) AS providers,
       (SELECT count(*) FROM airings p WHERE p.channel_id = c.id) AS programmes,
       (SELECT t.title FROM airings p CROSS JOIN contents t ON t.id = p.content_id
        WHERE p.channel_id = c.id AND p.shadowed_by IS NULL AND p.start_time <= :now AND p.end_time > :now
        ORDER BY p.start_time DESC LIMIT 1) AS title
FROM json_each(:ids) i CROSS JOIN channels c ON c.id = i.value
ORDER BY programmes DESC, c.id
