-- Of the channels in :ids, or all that are shown, those with a programme of the class :genre that overlaps [:start, :end), or
-- that comes next after :end (see programs.sql for `:earliest`).
SELECT c.id
FROM channels c
WHERE c.hidden = 0 AND (:ids IS NULL OR c.id IN (SELECT value FROM json_each(:ids)))
  AND (EXISTS (
    SELECT 1 FROM programs p CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    WHERE p.channel_id = c.id AND p.start_time < :end AND p.end_time > :start AND p.start_time >= :earliest
      AND p.shadowed_by IS NULL AND p.genre / 16 = :genre)
  OR :next AND :genre = (
    SELECT p.genre / 16 FROM programs p CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    WHERE p.channel_id = c.id AND p.start_time >= :end AND p.shadowed_by IS NULL
    ORDER BY p.start_time LIMIT 1))
