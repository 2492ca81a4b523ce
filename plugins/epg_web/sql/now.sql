-- What is on and what comes next on each of `:ids`, in their order. Shown programmes of a channel do not overlap, so
-- only the last one to begin can be on. With :genre only programmes of this class.
SELECT c.value, 'now', p.end_time, json_object(
    'id', p.id, 'channel_id', p.channel_id, 'start_time', p.start_time, 'end_time', p.end_time, 'title', p.title,
    'subtitle', p.subtitle, 'description', p.description, 'category', json(p.category), 'episode_num', p.episode_num,
    'season', p.season, 'episode', p.episode, 'rating', p.rating, 'actors', json(p.actors),
    'directors', json(p.directors), 'icon_url', p.icon_url, 'is_new', json(iif(p.is_new, 'true', 'false')),
    'provider', v.name, 'series_id', p.series_id, 'episode_id', p.episode_id,
    'showing', p.showing)
FROM json_each(:ids) c
CROSS JOIN programs p ON p.id = (
    SELECT q.id FROM airings q CROSS JOIN providers w ON w.id = q.provider_id AND w.enabled = 1
    WHERE q.channel_id = c.value AND q.start_time <= :at AND q.start_time >= :earliest AND q.shadowed_by IS NULL
    ORDER BY q.start_time DESC LIMIT 1)
CROSS JOIN providers v ON v.id = p.provider_id
WHERE p.end_time > :at AND (:genre IS NULL OR p.genre / 16 = :genre)
UNION ALL
SELECT c.value, 'next', p.start_time, json_object(
    'id', p.id, 'channel_id', p.channel_id, 'start_time', p.start_time, 'end_time', p.end_time, 'title', p.title,
    'subtitle', p.subtitle, 'description', p.description, 'category', json(p.category), 'episode_num', p.episode_num,
    'season', p.season, 'episode', p.episode, 'rating', p.rating, 'actors', json(p.actors),
    'directors', json(p.directors), 'icon_url', p.icon_url, 'is_new', json(iif(p.is_new, 'true', 'false')),
    'provider', v.name, 'series_id', p.series_id, 'episode_id', p.episode_id,
    'showing', p.showing)
FROM json_each(:ids) c
CROSS JOIN programs p ON p.id = (
    SELECT q.id FROM airings q CROSS JOIN providers w ON w.id = q.provider_id AND w.enabled = 1
    WHERE q.channel_id = c.value AND q.start_time > :at AND q.shadowed_by IS NULL
    ORDER BY q.start_time LIMIT 1)
CROSS JOIN providers v ON v.id = p.provider_id
WHERE :genre IS NULL OR p.genre / 16 = :genre
