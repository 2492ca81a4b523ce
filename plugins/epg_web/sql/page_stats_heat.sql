-- For each provider and each of the days whose begin and end are in :days, how many of its channels have a programme that begins
-- then: one look-up in the index for each channel and day.
SELECT f.provider_id, d.key AS day, count(*) AS channels
FROM (
    SELECT DISTINCT m.provider_id, m.channel_id FROM channel_mappings m JOIN providers v ON v.id = m.provider_id AND v.enabled = 1
    WHERE m.channel_id IS NOT NULL
) f
CROSS JOIN json_each(:days) d
WHERE EXISTS (
    SELECT 1 FROM airings p WHERE p.provider_id = f.provider_id AND p.channel_id = f.channel_id
        AND p.start_time >= json_extract(d.value, '$[0]') AND p.start_time < json_extract(d.value, '$[1]'))
GROUP BY f.provider_id, d.key
