-- Other showings of a title, found in the search index among 5,000 programmes with its words, those with the newest texts: those of the
-- same episode (`same`) and the others, what is still to come first, the soonest on top.
WITH hits AS MATERIALIZED (
    SELECT a.id FROM (
        SELECT rowid AS content_id FROM contents_fts WHERE contents_fts MATCH :match ORDER BY rowid DESC LIMIT 5000) f
    CROSS JOIN airings a ON a.content_id = f.content_id LIMIT 5000
),
found AS MATERIALIZED (
    SELECT p.id, p.start_time, p.end_time,
           p.subtitle IS :subtitle AND p.season IS :season AND p.episode IS :episode AS same
    FROM hits
    CROSS JOIN programs p ON p.id = hits.id
    CROSS JOIN channels c ON c.id = p.channel_id AND c.hidden = 0
    CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    WHERE p.title = :title COLLATE NOCASE AND p.shadowed_by IS NULL AND p.id <> :id
),
ranked AS MATERIALIZED (
    SELECT id, same, row_number() OVER (
        PARTITION BY same
        ORDER BY end_time <= :now, CASE WHEN end_time > :now THEN start_time END, start_time DESC, id) AS place
    FROM found
)
SELECT p.id, r.same, p.start_time, p.end_time, p.title, p.subtitle, p.season, p.episode, p.episode_num, c.id AS channel_id,
       c.display_name AS channel
FROM ranked r
CROSS JOIN programs p ON p.id = r.id
CROSS JOIN channels c ON c.id = p.channel_id
WHERE r.place <= :limit
ORDER BY r.same DESC, r.place
