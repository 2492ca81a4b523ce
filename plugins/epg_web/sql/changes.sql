-- The log of changes after the entry `:after`, each with what it is about as that is now. `:ids` (NULL: all) are channels: a
-- programme that went to another channel is removed from them. A programme is shown where its channel `o` and its provider
-- `v` are. It is put together here: as the view `programs` on the right of a join, SQLite would read all programmes.
SELECT g.id, json_object(
    'id', g.id,
    'change', CASE
        WHEN g.subject <> 'program' AND c.id IS NULL THEN 'channel_removed'
        WHEN g.subject = 'channel' THEN 'channel'
        WHEN g.subject = 'programs' THEN 'reload'
        WHEN o.id IS NULL OR v.id IS NULL THEN 'removed'
        WHEN g.change = 'removed' THEN 'changed' ELSE g.change END,
    'channel_id', g.channel_id,
    'program_id', g.program_id,
    'program', json(CASE WHEN o.id IS NULL OR v.id IS NULL THEN 'null' ELSE json_object(
        'id', a.id, 'channel_id', a.channel_id, 'channel', o.name, 'display_name', o.display_name,
        'start_time', a.start_time, 'end_time', a.end_time, 'title', k.title, 'subtitle', k.subtitle,
        'description', k.description, 'category', json(k.category), 'episode_num', k.episode_num, 'season', k.season,
        'episode', k.episode, 'rating', k.rating, 'actors', json(k.actors), 'directors', json(k.directors),
        'icon_url', k.icon_url, 'is_new', json(iif(k.is_new, 'true', 'false')), 'provider', v.name,
        'end_source', a.end_source, 'details', json(CASE
            WHEN a.own_stop IS NULL THEN k.details ELSE json_set(k.details, '$.stop', a.own_stop) END)) END),
    'channel', json(CASE WHEN g.subject = 'channel' AND c.id IS NOT NULL THEN json_object(
        'id', c.id, 'name', c.name, 'display_name', c.display_name, 'icon_url', c.icon_url, 'number', c.number)
        ELSE 'null' END))
FROM guide_changes g
LEFT JOIN channels c ON c.id = g.channel_id AND c.hidden = 0
LEFT JOIN airings a ON a.id = g.program_id AND a.shadowed_by IS NULL
    AND (:ids IS NULL OR a.channel_id IN (SELECT value FROM json_each(:ids)))
LEFT JOIN contents k ON k.id = a.content_id
LEFT JOIN channels o ON o.id = a.channel_id AND o.hidden = 0
LEFT JOIN providers v ON v.id = a.provider_id AND v.enabled = 1
WHERE g.id > :after AND g.subject <> 'start'
  AND (:ids IS NULL OR g.channel_id IN (SELECT value FROM json_each(:ids)))
ORDER BY g.id
LIMIT :limit
