-- One page of channels, those with a place that a person gave first, then in the order of their numbers; `:after` is the last one of the page before.
WITH last AS MATERIALIZED (
    SELECT coalesce(position, 9e18) AS p, number IS NULL AS a, coalesce(CAST(number AS REAL), 0) AS b, coalesce(number, '') AS c,
           display_name AS d, id AS e
    FROM channels WHERE id = :after
),
latest AS MATERIALIZED (SELECT provider_id, max(last_seen) AS seen FROM feed_channels GROUP BY provider_id)
SELECT c.id, json_object(
    'id', c.id, 'name', c.name, 'display_name', c.display_name, 'icon_url', c.icon_url, 'number', c.number)
FROM channels c
WHERE c.hidden = 0
  AND (:empty IS NULL OR :empty = NOT EXISTS (
        SELECT 1 FROM airings p CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
        WHERE p.channel_id = c.id AND p.end_time > :now AND p.start_time >= :earliest))
  AND (:stale IS NULL OR :stale = EXISTS (
        SELECT 1 FROM channel_mappings m
        JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
        JOIN latest l ON l.provider_id = f.provider_id AND f.last_seen < l.seen
        WHERE m.channel_id = c.id))
  AND (:unmatched IS NULL OR :unmatched = (
        (SELECT count(DISTINCT m.provider_id) FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
         WHERE m.channel_id = c.id AND v.enabled = 1) < 2
        AND (SELECT count(*) FROM providers v
             WHERE v.enabled = 1 AND EXISTS (SELECT 1 FROM feed_channels f WHERE f.provider_id = v.id)) > 1))
  AND (:after IS NULL
       OR (coalesce(c.position, 9e18), c.number IS NULL, coalesce(CAST(c.number AS REAL), 0), coalesce(c.number, ''),
           c.display_name, c.id) > (SELECT p, a, b, c, d, e FROM last))
  AND (:ids IS NULL OR c.id IN (SELECT value FROM json_each(:ids)))
  AND (:q IS NULL OR instr(lower(c.name), lower(:q)) OR instr(lower(c.display_name), lower(:q))
       OR EXISTS (
            SELECT 1 FROM channel_mappings m
            JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
            JOIN json_each(f.names) n
            WHERE m.channel_id = c.id AND instr(lower(json_extract(n.value, '$.text')), lower(:q))))
  AND (:provider IS NULL OR EXISTS (
        SELECT 1 FROM channel_mappings m JOIN providers v ON v.id = m.provider_id
        WHERE m.channel_id = c.id AND (v.name = :provider OR v.id = :provider)))
ORDER BY coalesce(c.position, 9e18), c.number IS NULL, coalesce(CAST(c.number AS REAL), 0), coalesce(c.number, ''),
    c.display_name, c.id
LIMIT :limit
