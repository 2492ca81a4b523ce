-- What a page of channels shows in a range, `:ids` in their order: only what the grid draws.
SELECT p.channel_id, json_array(
    p.id, p.start_time, p.end_time, p.title, p.subtitle, p.genre, p.is_new,
    (SELECT t.value ->> '$.lang' FROM json_each(p.details, '$.title') t
     WHERE coalesce(t.value ->> '$.text', p.title) = p.title LIMIT 1))
FROM json_each(:ids) c
CROSS JOIN programs p ON p.channel_id = c.value AND p.start_time < :end AND p.end_time > :start
    AND p.start_time >= :earliest
CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
WHERE p.shadowed_by IS NULL
ORDER BY c.key, p.start_time
