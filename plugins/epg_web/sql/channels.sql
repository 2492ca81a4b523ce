-- One page of channels in the order of their numbers; `:after` is the last one of the page before.
WITH last AS MATERIALIZED (
    SELECT number IS NULL AS a, coalesce(CAST(number AS REAL), 0) AS b, coalesce(number, '') AS c, display_name AS d, id AS e
    FROM channels WHERE id = :after
)
SELECT c.id, json_object(
    'id', c.id, 'name', c.name, 'display_name', c.display_name, 'icon_url', c.icon_url, 'number', c.number)
FROM channels c
WHERE c.hidden = 0
  AND (:after IS NULL
       OR (c.number IS NULL, coalesce(CAST(c.number AS REAL), 0), coalesce(c.number, ''), c.display_name, c.id)
          > (SELECT a, b, c, d, e FROM last))
  AND (:ids IS NULL OR c.id IN (SELECT value FROM json_each(:ids)))
  AND (:q IS NULL OR instr(lower(c.name), lower(:q)) OR instr(lower(c.display_name), lower(:q)))
  AND (:provider IS NULL OR EXISTS (
        SELECT 1 FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
        WHERE m.channel_id = c.id AND (v.name = :provider OR v.id = :provider)))
ORDER BY c.number IS NULL, coalesce(CAST(c.number AS REAL), 0), coalesce(c.number, ''), c.display_name, c.id
LIMIT :limit
