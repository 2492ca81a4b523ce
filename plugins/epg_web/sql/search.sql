-- Hits among 20,000 programmes with the words, those with the newest texts, or those whose ids are in :found: what is still to come first, the
-- soonest on top.
WITH hits AS MATERIALIZED (
    SELECT value AS id FROM json_each(:found)
    UNION ALL
    SELECT id FROM (
        SELECT a.id FROM (
            SELECT rowid AS content_id FROM contents_fts
            WHERE contents_fts MATCH iif(:found IS NULL, :match, '""') ORDER BY rowid DESC LIMIT 20000) f
        CROSS JOIN airings a ON a.content_id = f.content_id LIMIT 20000)
),
chosen AS MATERIALIZED (
    SELECT p.id, p.start_time, p.end_time
    FROM hits
    CROSS JOIN airings p ON p.id = hits.id
    CROSS JOIN channels c ON c.id = p.channel_id AND c.hidden = 0
    CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    WHERE p.shadowed_by IS NULL AND p.end_time > coalesce(:start, '') AND p.start_time < coalesce(:end, '9999')
      AND (:ids IS NULL OR p.channel_id IN (SELECT value FROM json_each(:ids)))
      AND (:genre IS NULL OR EXISTS (SELECT 1 FROM programs g WHERE g.id = p.id AND g.genre / 16 = :genre))
    ORDER BY p.end_time <= :now, CASE WHEN p.end_time > :now THEN p.start_time END, p.start_time DESC, p.id
    LIMIT :limit OFFSET :offset
)
SELECT json_object(
    'id', p.id, 'channel_id', p.channel_id, 'start_time', p.start_time, 'end_time', p.end_time, 'title', p.title,
    'subtitle', p.subtitle, 'description', p.description, 'category', json(p.category), 'episode_num', p.episode_num,
    'season', p.season, 'episode', p.episode, 'rating', p.rating, 'actors', json(p.actors),
    'directors', json(p.directors), 'icon_url', p.icon_url, 'is_new', json(iif(p.is_new, 'true', 'false')),
    'provider', v.name, 'series_id', p.series_id, 'episode_id', p.episode_id,
    'showing', p.showing,
    'channel', json_object(
        'id', c.id, 'name', c.name, 'display_name', c.display_name, 'icon_url', c.icon_url, 'number', c.number))
FROM chosen h
CROSS JOIN programs p ON p.id = h.id
CROSS JOIN channels c ON c.id = p.channel_id
CROSS JOIN providers v ON v.id = p.provider_id
ORDER BY h.end_time <= :now, CASE WHEN h.end_time > :now THEN h.start_time END, h.start_time DESC, h.id
