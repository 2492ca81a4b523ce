-- Shown programmes of one channel that overlap [:start, :end), as calendars need them (see programs.sql for `:earliest`).
SELECT p.id, p.start_time, p.end_time, p.title, p.subtitle, p.description, p.category, p.episode_num, p.created_at,
    p.updated_at, c.name AS channel, c.display_name
FROM channels c
CROSS JOIN programs p ON p.channel_id = c.id AND p.start_time < :end AND p.end_time > :start AND p.start_time >= :earliest
CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
WHERE c.id = :id AND c.hidden = 0 AND p.shadowed_by IS NULL AND (:genre IS NULL OR p.genre / 16 = :genre)
ORDER BY p.start_time
