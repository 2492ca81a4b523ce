-- The channels that entries may be, by the ids of the entries, the best of each first.
SELECT e.id AS entry, j.key AS place, k.id AS channel_id, k.name AS channel, k.display_name, k.icon_url,
       j.value ->> '$.score' AS score, j.value ->> '$.reason' AS reason
FROM json_each(:entries) i
CROSS JOIN lineup_channels e ON e.id = i.value
CROSS JOIN json_each(e.candidates) j
JOIN channels k ON k.id = j.value ->> '$.channel_id' AND k.hidden = 0
ORDER BY e.position, e.id, j.key
