-- Shown programmes of one channel that overlap [:start, :end). No programme is longer than `longest`, so nothing that
-- began before `:earliest` can still run: the index finds the first one without reading the channel's past.
SELECT json_object(
    'id', p.id, 'channel_id', p.channel_id, 'start_time', p.start_time, 'end_time', p.end_time, 'title', p.title,
    'subtitle', p.subtitle, 'description', p.description, 'category', json(p.category), 'episode_num', p.episode_num,
    'season', p.season, 'episode', p.episode, 'rating', p.rating, 'actors', json(p.actors),
    'directors', json(p.directors), 'icon_url', p.icon_url, 'is_new', json(iif(p.is_new, 'true', 'false')),
    'provider', v.name, 'series_id', p.series_id, 'episode_id', p.episode_id,
    'showing', p.showing)
FROM programs p
CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
WHERE p.channel_id = :id AND p.start_time < :end AND p.end_time > :start AND p.start_time >= :earliest
  AND p.shadowed_by IS NULL AND (:genre IS NULL OR p.genre / 16 = :genre)
ORDER BY p.start_time
