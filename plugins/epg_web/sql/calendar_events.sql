-- The first :limit shown programmes of the channels in :ids that overlap [:start, :end), by start (see programs.sql for
-- `:earliest`); only those of the class :genre if it is given.
SELECT p.id
FROM json_each(:ids) c
CROSS JOIN airings p ON p.channel_id = c.value AND p.start_time < :end AND p.end_time > :start AND p.start_time >= :earliest
CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
WHERE p.shadowed_by IS NULL
  AND (:genre IS NULL OR EXISTS (SELECT 1 FROM programs g WHERE g.id = p.id AND g.genre / 16 = :genre))
ORDER BY p.start_time, p.id
LIMIT :limit
