-- Programmes that start from `:start` to before `:end`, the soonest first, with what tells a film from others.
SELECT a.id, a.start_time, a.end_time, t.title, t.subtitle, t.is_new,
       ifnull((SELECT g.genre FROM category_genres g WHERE g.category = t.category),
              (SELECT l.genre FROM title_genres l WHERE l.title = lower(t.title))) AS genre,
       t.season, t.episode, t.episode_num,
       json_extract(t.details, '$.title') AS titles, json_extract(t.details, '$.sub-title') AS subtitles,
       c.id AS channel_id, c.display_name AS channel, c.number, c.icon_url
FROM (
    SELECT q.id, q.channel_id, q.start_time FROM channels h
    CROSS JOIN airings q INDEXED BY airings_channel_time
        ON q.channel_id = h.id AND q.start_time >= :start AND q.start_time < :end
    CROSS JOIN providers v ON v.id = q.provider_id AND v.enabled = 1
    CROSS JOIN contents x ON x.id = q.content_id
    WHERE h.hidden = 0 AND q.shadowed_by IS NULL AND (:ids IS NULL OR h.id IN (SELECT value FROM json_each(:ids)))
      AND (:genre IS NULL OR ifnull(
            (SELECT g.genre FROM category_genres g WHERE g.category = x.category),
            (SELECT l.genre FROM title_genres l WHERE l.title = lower(x.title))) / 16 = :genre)
      AND (:films = 0 OR (
            x.season IS NULL AND x.episode IS NULL
            AND strftime('%s', q.end_time) - strftime('%s', q.start_time) BETWEEN 4200 AND 18000
            AND ifnull((SELECT g.genre FROM category_genres g WHERE g.category = x.category),
                       (SELECT l.genre FROM title_genres l WHERE l.title = lower(x.title))) BETWEEN 16 AND 31
            AND ifnull((SELECT g.genre FROM category_genres g WHERE g.category = x.category), 0) <> 21))
    ORDER BY q.start_time, h.number IS NULL, coalesce(CAST(h.number AS REAL), 0), h.display_name, q.id
    LIMIT :limit OFFSET :offset
) s
CROSS JOIN airings a ON a.id = s.id
CROSS JOIN contents t ON t.id = a.content_id
CROSS JOIN channels c ON c.id = a.channel_id
ORDER BY a.start_time, c.number IS NULL, coalesce(CAST(c.number AS REAL), 0), c.display_name, a.id
