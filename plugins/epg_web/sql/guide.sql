-- The same for a page of channels, `:ids` in their order.
SELECT p.channel_id, json_object(
    'id', p.id, 'channel_id', p.channel_id, 'start_time', p.start_time, 'end_time', p.end_time, 'title', p.title,
    'subtitle', p.subtitle, 'description', p.description, 'category', json(p.category), 'episode_num', p.episode_num,
    'season', p.season, 'episode', p.episode, 'rating', p.rating, 'actors', json(p.actors),
    'directors', json(p.directors), 'icon_url', p.icon_url, 'is_new', json(iif(p.is_new, 'true', 'false')),
    'provider', v.name, 'series_id', p.series_id, 'episode_id', p.episode_id,
    'showing', p.showing)
FROM json_each(:ids) c
CROSS JOIN programs p ON p.channel_id = c.value AND p.start_time < :end AND p.end_time > :start
    AND p.start_time >= :earliest
CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
WHERE p.shadowed_by IS NULL AND (:genre IS NULL OR p.genre / 16 = :genre)
ORDER BY c.key, p.start_time
