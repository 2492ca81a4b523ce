-- Programmes with the words, in the order of the list, among 20,000 with them, those with the newest texts: what is still to come first,
-- the soonest on top, and what runs for more than four hours after it. The page stops reading when it has enough.
WITH hits AS MATERIALIZED (
    SELECT a.id FROM (
        SELECT rowid AS content_id FROM contents_fts WHERE contents_fts MATCH :match ORDER BY rowid DESC LIMIT 20000) f
    CROSS JOIN airings a ON a.content_id = f.content_id LIMIT 20000
)
SELECT p.id, p.start_time
FROM hits
CROSS JOIN programs p ON p.id = hits.id
CROSS JOIN channels c ON c.id = p.channel_id AND c.hidden = 0
CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
WHERE p.shadowed_by IS NULL
  AND (:channels IS NULL OR p.channel_id IN (SELECT value FROM json_each(:channels)))
  AND (:start IS NULL OR p.start_time >= :start)
  AND (:end IS NULL OR p.start_time < :end)
  AND (:genre IS NULL OR p.genre / 16 = :genre)
  AND (:category IS NULL
       OR EXISTS (SELECT 1 FROM json_each(p.category) j WHERE lower(j.value) = lower(:category)))
ORDER BY p.end_time <= :now, strftime('%s', p.end_time) - strftime('%s', p.start_time) > 14400,
         CASE WHEN p.end_time > :now THEN max(p.start_time, :now) END, p.start_time DESC, p.id
