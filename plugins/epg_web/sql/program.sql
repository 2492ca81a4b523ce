-- One programme, everything; also one that a better provider hides, which `shadowed_by` says.
SELECT json_object(
    'id', p.id, 'channel_id', p.channel_id, 'start_time', p.start_time, 'end_time', p.end_time, 'title', p.title,
    'subtitle', p.subtitle, 'description', p.description, 'category', json(p.category), 'episode_num', p.episode_num,
    'season', p.season, 'episode', p.episode, 'rating', p.rating, 'actors', json(p.actors),
    'directors', json(p.directors), 'icon_url', p.icon_url, 'is_new', json(iif(p.is_new, 'true', 'false')),
    'provider', v.name, 'series_id', p.series_id, 'episode_id', p.episode_id,
    'showing', p.showing, 'showing_reason', p.showing_reason, 'end_source', p.end_source, 'shadowed_by', p.shadowed_by, 'details', json(p.details),
    'genre', p.genre, 'genre_source', p.genre_source,
    'created_at', p.created_at, 'updated_at', p.updated_at,
    'channel', json_object(
        'id', c.id, 'name', c.name, 'display_name', c.display_name, 'icon_url', c.icon_url, 'number', c.number))
FROM programs p
JOIN channels c ON c.id = p.channel_id AND c.hidden = 0
JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
WHERE p.id = :id
