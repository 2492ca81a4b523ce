-- Series by id, after `:after`: all, or those of 5,000 programmes with the words of `:match` in their title, the newest texts first.
WITH found AS MATERIALIZED (
    SELECT DISTINCT ce.series_id AS id FROM (
        SELECT rowid AS content_id FROM contents_fts
        WHERE contents_fts MATCH iif(:match IS NULL, '""', :match) ORDER BY rowid DESC LIMIT 5000) f
    CROSS JOIN content_episodes ce ON ce.content_id = f.content_id
),
listed AS MATERIALIZED (
    SELECT s.id, s.title, s.kind, s.generic, s.pinned FROM series s
    WHERE s.id > :after AND (:match IS NULL OR s.id IN (SELECT id FROM found))
    ORDER BY s.id
    LIMIT :limit
),
-- Episodes have no index by their series, so they are read once for all that are listed.
counted AS MATERIALIZED (
    SELECT r.series_id, count(*) AS episodes FROM episode_rows r
    WHERE r.series_id IN (SELECT id FROM listed) AND r.same_as IS NULL
    GROUP BY r.series_id
)
SELECT s.id, json_object(
    'id', s.id, 'title', s.title, 'kind', s.kind, 'generic', json(iif(s.generic, 'true', 'false')),
    'pinned', json(iif(s.pinned, 'true', 'false')), 'episodes', ifnull(c.episodes, 0))
FROM listed s
LEFT JOIN counted c ON c.series_id = s.id
ORDER BY s.id
