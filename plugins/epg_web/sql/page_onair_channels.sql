-- Channels in the order of their numbers, after `:after` if given; with `:genre` those that show it at `:at`.
WITH last AS MATERIALIZED (
    SELECT number IS NULL AS a, coalesce(CAST(number AS REAL), 0) AS b, coalesce(number, '') AS c, display_name AS d, id AS e
    FROM channels WHERE id = :after
)
SELECT c.id
FROM channels c
WHERE c.hidden = 0
  AND (:ids IS NULL OR c.id IN (SELECT value FROM json_each(:ids)))
  AND (:after IS NULL
       OR (c.number IS NULL, coalesce(CAST(c.number AS REAL), 0), coalesce(c.number, ''), c.display_name, c.id)
          > (SELECT a, b, c, d, e FROM last))
  AND (:genre IS NULL OR EXISTS (
        SELECT 1 FROM programs p
        WHERE p.id = (
            SELECT q.id FROM airings q CROSS JOIN providers w ON w.id = q.provider_id AND w.enabled = 1
            WHERE q.channel_id = c.id AND q.start_time <= :at AND q.start_time >= :earliest AND q.shadowed_by IS NULL
            ORDER BY q.start_time DESC LIMIT 1)
          AND p.end_time > :at AND p.genre / 16 = :genre))
ORDER BY c.number IS NULL, coalesce(CAST(c.number AS REAL), 0), coalesce(c.number, ''), c.display_name, c.id
LIMIT :limit
