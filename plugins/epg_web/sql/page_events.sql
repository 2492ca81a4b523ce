-- Shown programmes of `:ids` as calendars and feeds need them, by start.
SELECT p.id, p.start_time, p.end_time, p.title, p.subtitle, p.description, p.category, p.episode_num, p.created_at,
    p.updated_at, c.name AS channel, c.display_name
FROM json_each(:ids) wanted
CROSS JOIN programs p ON p.id = wanted.value
CROSS JOIN channels c ON c.id = p.channel_id AND c.hidden = 0
CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
WHERE p.shadowed_by IS NULL
ORDER BY p.start_time, p.id
