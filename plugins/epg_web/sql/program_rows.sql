-- Programmes of one channel as rows, by start: what the guide shows, or everything of the provider `:provider` (its name).
-- The second column is the class of the genre. The parameters are those of `epg_ingest.export.selection`.
SELECT json_object(
    'id', p.id, 'channel_id', p.channel_id, 'channel', c.name, 'display_name', c.display_name, 'start_time', p.start_time,
    'end_time', p.end_time, 'title', p.title, 'subtitle', p.subtitle, 'description', p.description,
    'category', json(p.category), 'episode_num', p.episode_num, 'season', p.season, 'episode', p.episode,
    'rating', p.rating, 'actors', json(p.actors), 'directors', json(p.directors), 'icon_url', p.icon_url,
    'is_new', json(iif(p.is_new, 'true', 'false')), 'provider', v.name, 'end_source', p.end_source,
    'details', json(p.details)), p.genre / 16
FROM channels c
CROSS JOIN programs p ON p.channel_id = c.id AND p.start_time >= :earliest AND p.start_time < :stop
    AND p.end_time > :start
CROSS JOIN providers v ON v.id = p.provider_id
WHERE c.id = :channel
  AND ((:provider IS NULL AND v.enabled = 1 AND p.shadowed_by IS NULL) OR v.name = :provider)
ORDER BY p.start_time
