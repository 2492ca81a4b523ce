-- Of each of the channels `:ids`, in their order: what is on at `:at` and what follows, or NULL.
SELECT c.id AS channel_id, c.display_name AS channel, c.number, c.icon_url,
       a.id, a.start_time, a.end_time, t.title, t.subtitle, t.is_new,
       ifnull((SELECT g.genre FROM category_genres g WHERE g.category = t.category),
              (SELECT l.genre FROM title_genres l WHERE l.title = lower(t.title))) AS genre,
       t.season, t.episode, t.episode_num,
       json_extract(t.details, '$.title') AS titles, json_extract(t.details, '$.sub-title') AS subtitles,
       n.id AS next_id, n.start_time AS next_start, u.title AS next_title, json_extract(u.details, '$.title') AS next_titles
FROM json_each(:ids) k
CROSS JOIN channels c ON c.id = k.value
LEFT JOIN airings a ON a.end_time > :at AND a.id = (
    SELECT q.id FROM airings q CROSS JOIN providers w ON w.id = q.provider_id AND w.enabled = 1
    WHERE q.channel_id = c.id AND q.start_time <= :at AND q.start_time >= :earliest AND q.shadowed_by IS NULL
    ORDER BY q.start_time DESC LIMIT 1)
LEFT JOIN contents t ON t.id = a.content_id
LEFT JOIN airings n ON n.id = (
    SELECT q.id FROM airings q CROSS JOIN providers w ON w.id = q.provider_id AND w.enabled = 1
    WHERE q.channel_id = c.id AND q.start_time > :at AND q.shadowed_by IS NULL
    ORDER BY q.start_time LIMIT 1)
LEFT JOIN contents u ON u.id = n.content_id
ORDER BY k.key
