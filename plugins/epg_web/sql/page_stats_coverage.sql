-- When something is shown on each of :ids from :start until :end, in order of channel and time.
SELECT c.value AS channel_id, p.start_time, p.end_time
FROM json_each(:ids) c
CROSS JOIN airings p ON p.channel_id = c.value AND p.start_time < :end AND p.end_time > :start
    AND p.start_time >= :earliest
CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
WHERE p.shadowed_by IS NULL
ORDER BY c.key, p.start_time
