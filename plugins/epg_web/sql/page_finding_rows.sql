-- What the list shows of each hit, `:ids` in their order.
SELECT p.id, p.start_time, p.end_time, p.title, p.subtitle, substr(p.description, 1, 240) AS description, p.category, p.genre,
       p.season, p.episode, p.episode_num, p.is_new, json_extract(p.details, '$.title') AS titles,
       json_extract(p.details, '$.sub-title') AS subtitles, c.id AS channel_id, c.display_name AS channel, c.number, c.icon_url
FROM json_each(:ids) h
CROSS JOIN programs p ON p.id = h.value
CROSS JOIN channels c ON c.id = p.channel_id
ORDER BY h.key
