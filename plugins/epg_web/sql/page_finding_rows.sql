-- What the list shows of each hit, `:ids` in their order.
SELECT p.id, p.start_time, p.end_time, p.title, p.subtitle, substr(p.description, 1, 240) AS description, p.category,
       p.season, p.episode, p.episode_num, p.is_new, c.id AS channel_id, c.display_name AS channel
FROM json_each(:ids) h
CROSS JOIN programs p ON p.id = h.value
CROSS JOIN channels c ON c.id = p.channel_id
ORDER BY h.key
