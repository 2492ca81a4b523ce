-- The next showing of each of the names :ids, or the one that is on.
SELECT k.name_id, a.id, min(a.start_time) AS start_time, a.end_time, c.id AS channel_id, c.display_name AS channel
FROM json_each(:ids) n
CROSS JOIN temp.names_contents k ON k.name_id = n.value
CROSS JOIN airings a ON a.content_id = k.content_id
CROSS JOIN channels c ON c.id = a.channel_id AND c.hidden = 0
CROSS JOIN providers v ON v.id = a.provider_id AND v.enabled = 1
WHERE a.end_time > :now AND a.shadowed_by IS NULL
GROUP BY k.name_id
