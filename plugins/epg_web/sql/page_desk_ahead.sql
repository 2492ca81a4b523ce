-- On which of the days that begin at `:days` each of `:ids` has a programme: one look-up in the index each.
SELECT c.value AS channel_id, d.key AS day
FROM json_each(:ids) c CROSS JOIN json_each(:days) d
WHERE EXISTS (
    SELECT 1 FROM airings p CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    WHERE p.channel_id = c.value AND p.start_time >= json_extract(d.value, '$[0]') AND p.start_time < json_extract(d.value, '$[1]'))
