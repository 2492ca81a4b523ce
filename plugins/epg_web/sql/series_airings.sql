-- Showings of a series that end after `:start` and begin before `:end`, by start. `:new`: only those that are no repeats.
WITH found AS MATERIALIZED (
    SELECT a.id, a.start_time FROM content_episodes ce
    CROSS JOIN airings a ON a.content_id = ce.content_id
    CROSS JOIN channels c ON c.id = a.channel_id AND c.hidden = 0
    CROSS JOIN providers v ON v.id = a.provider_id AND v.enabled = 1
    WHERE ce.series_id = :id AND (:episode IS NULL OR ce.episode_id = :episode) AND a.shadowed_by IS NULL
      AND a.end_time > :start AND a.start_time < coalesce(:end, '9999')
      AND (:ids IS NULL OR a.channel_id IN (SELECT value FROM json_each(:ids)))
)
SELECT json_object(
    'id', p.id, 'channel_id', p.channel_id, 'start_time', p.start_time, 'end_time', p.end_time, 'title', p.title,
    'subtitle', p.subtitle, 'description', p.description, 'category', json(p.category), 'episode_num', p.episode_num,
    'season', p.season, 'episode', p.episode, 'rating', p.rating, 'actors', json(p.actors),
    'directors', json(p.directors), 'icon_url', p.icon_url, 'is_new', json(iif(p.is_new, 'true', 'false')),
    'provider', v.name, 'series_id', p.series_id, 'episode_id', p.episode_id,
    'showing', p.showing, 'showing_reason', p.showing_reason,
    'channel', json_object(
        'id', c.id, 'name', c.name, 'display_name', c.display_name, 'icon_url', c.icon_url, 'number', c.number))
FROM found f
CROSS JOIN programs p ON p.id = f.id
CROSS JOIN channels c ON c.id = p.channel_id
CROSS JOIN providers v ON v.id = p.provider_id
WHERE NOT :new OR p.showing IN ('first', 'first_here')
ORDER BY f.start_time, c.id
LIMIT :limit OFFSET :offset
