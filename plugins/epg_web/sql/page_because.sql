-- The next showing of a title, or the one that is on, among 2,000 contents with its words.
SELECT a.id, a.start_time, a.end_time, t.title, t.subtitle, t.is_new,
       ifnull((SELECT g.genre FROM category_genres g WHERE g.category = t.category),
              (SELECT l.genre FROM title_genres l WHERE l.title = lower(t.title))) AS genre,
       t.season, t.episode, t.episode_num,
       json_extract(t.details, '$.title') AS titles, json_extract(t.details, '$.sub-title') AS subtitles,
       c.id AS channel_id, c.display_name AS channel, c.number, c.icon_url
FROM (SELECT rowid AS content_id FROM contents_fts WHERE contents_fts MATCH :match ORDER BY rowid DESC LIMIT 2000) f
CROSS JOIN contents t ON t.id = f.content_id AND t.title = :title COLLATE NOCASE
CROSS JOIN airings a ON a.content_id = t.id AND a.end_time > :now AND a.shadowed_by IS NULL
CROSS JOIN channels c ON c.id = a.channel_id AND c.hidden = 0
CROSS JOIN providers v ON v.id = a.provider_id AND v.enabled = 1
ORDER BY a.start_time, a.id
LIMIT 1
