-- The log of changes after the entry `:after`, each with what it is about as that is now. `:ids` (NULL: all) are channels: a
-- programme that went to another channel is removed from them.
SELECT g.id, json_object(
    'id', g.id,
    'change', CASE
        WHEN g.subject <> 'program' AND c.id IS NULL THEN 'channel_removed'
        WHEN g.subject = 'channel' THEN 'channel'
        WHEN g.subject = 'programs' THEN 'reload'
        WHEN p.id IS NULL THEN 'removed'
        WHEN g.change = 'removed' THEN 'changed' ELSE g.change END,
    'channel_id', g.channel_id,
    'program_id', g.program_id,
    'program', json(CASE WHEN p.id IS NOT NULL THEN json_object(
        'id', p.id, 'channel_id', p.channel_id, 'channel', o.name, 'display_name', o.display_name,
        'start_time', p.start_time, 'end_time', p.end_time, 'title', p.title, 'subtitle', p.subtitle,
        'description', p.description, 'category', json(p.category), 'episode_num', p.episode_num, 'season', p.season,
        'episode', p.episode, 'rating', p.rating, 'actors', json(p.actors), 'directors', json(p.directors),
        'icon_url', p.icon_url, 'is_new', json(iif(p.is_new, 'true', 'false')), 'provider', v.name,
        'end_source', p.end_source, 'details', json(p.details)) ELSE 'null' END),
    'channel', json(CASE WHEN g.subject = 'channel' AND c.id IS NOT NULL THEN json_object(
        'id', c.id, 'name', c.name, 'display_name', c.display_name, 'icon_url', c.icon_url, 'number', c.number)
        ELSE 'null' END))
FROM guide_changes g
LEFT JOIN channels c ON c.id = g.channel_id AND c.hidden = 0
LEFT JOIN airings a ON a.id = g.program_id AND a.shadowed_by IS NULL
    AND (:ids IS NULL OR a.channel_id IN (SELECT value FROM json_each(:ids)))
LEFT JOIN channels o ON o.id = a.channel_id AND o.hidden = 0
LEFT JOIN providers v ON v.id = a.provider_id AND v.enabled = 1
LEFT JOIN programs p ON p.id = a.id AND o.id IS NOT NULL AND v.id IS NOT NULL
WHERE g.id > :after AND g.subject <> 'start'
  AND (:ids IS NULL OR g.channel_id IN (SELECT value FROM json_each(:ids)))
ORDER BY g.id
LIMIT :limit
