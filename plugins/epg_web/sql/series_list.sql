-- Series by id, after `:after`: all, or those of 5,000 programmes with the words of `:match` in their title, the newest texts first.
WITH found AS MATERIALIZED (
    SELECT DISTINCT ce.series_id AS id FROM (
        SELECT rowid AS content_id FROM contents_fts
        WHERE contents_fts MATCH iif(:match IS NULL, '""', :match) ORDER BY rowid DESC LIMIT 5000) f
    CROSS JOIN content_episodes ce ON ce.content_id = f.content_id
)
SELECT s.id, json_object(
    'id', s.id, 'title', s.title, 'kind', s.kind, 'generic', json(iif(s.generic, 'true', 'false')),
    'pinned', json(iif(s.pinned, 'true', 'false')),
    'episodes', (SELECT count(*) FROM episodes e WHERE e.series_id = s.id AND e.same_as IS NULL))
FROM series s
WHERE s.id > :after AND (:match IS NULL OR s.id IN (SELECT id FROM found))
ORDER BY s.id
LIMIT :limit
