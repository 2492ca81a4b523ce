-- Known episodes of a series, by season and number, each with its next showing.
SELECT json_object(
    'id', e.id, 'series_id', e.series_id, 'season', e.season, 'episode', e.episode, 'subtitle', e.subtitle,
    'first_start', e.first_start, 'first_channel_id', e.first_channel_id, 'last_start', e.last_start,
    'showings', e.showings,
    'next', json(ifnull((
        SELECT json_object('program_id', a.id, 'channel_id', a.channel_id, 'start_time', a.start_time)
        FROM content_episodes ce
        CROSS JOIN airings a ON a.content_id = ce.content_id AND a.end_time > :now AND a.shadowed_by IS NULL
        CROSS JOIN channels c ON c.id = a.channel_id AND c.hidden = 0
        CROSS JOIN providers v ON v.id = a.provider_id AND v.enabled = 1
        WHERE ce.series_id = e.series_id AND ce.episode_id = e.id
        ORDER BY a.start_time, a.channel_id LIMIT 1), 'null')))
FROM episodes e
WHERE e.series_id = :id AND e.same_as IS NULL AND (:season IS NULL OR e.season = :season)
ORDER BY e.season IS NULL, e.season, e.episode IS NULL, e.episode, e.first_start, e.id
LIMIT :limit OFFSET :offset
