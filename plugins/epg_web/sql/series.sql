-- One series: its seasons with the number of their known episodes, its keys, and the channels that show it.
SELECT json_object(
    'id', s.id, 'title', s.title, 'kind', s.kind, 'generic', json(iif(s.generic, 'true', 'false')),
    'pinned', json(iif(s.pinned, 'true', 'false')),
    'episodes', (SELECT count(*) FROM episodes e WHERE e.series_id = s.id AND e.same_as IS NULL),
    'seasons', (
        SELECT json_group_array(json_object('season', season, 'episodes', episodes)) FROM (
            SELECT e.season, count(*) AS episodes FROM episodes e
            WHERE e.series_id = s.id AND e.same_as IS NULL GROUP BY e.season ORDER BY e.season IS NULL, e.season)),
    'keys', (SELECT json_group_array(key) FROM (
        SELECT k.key FROM series_keys k WHERE k.series_id = s.id ORDER BY k.key LIMIT 100)),
    'channels', (
        SELECT json_group_array(json_object(
            'id', c.id, 'name', c.name, 'display_name', c.display_name, 'icon_url', c.icon_url, 'number', c.number,
            'programs', f.programs)) FROM (
            SELECT a.channel_id, count(*) AS programs FROM content_episodes ce
            CROSS JOIN airings a ON a.content_id = ce.content_id
            CROSS JOIN providers v ON v.id = a.provider_id AND v.enabled = 1
            WHERE ce.series_id = s.id AND a.shadowed_by IS NULL
            GROUP BY a.channel_id ORDER BY 2 DESC, 1 LIMIT 200) f
        CROSS JOIN channels c ON c.id = f.channel_id AND c.hidden = 0))
FROM series s WHERE s.id = :id
