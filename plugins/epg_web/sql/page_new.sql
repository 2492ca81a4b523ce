-- What is new on the channels `:ids` and begins from `:begin` to `:end`: of each the first one that is no repeat, as far as that is
-- known, the soonest on top.
SELECT p.id, p.start_time, p.end_time, p.title, p.subtitle, p.season, p.episode, p.episode_num, p.showing, p.showing_reason, p.series_id,
       c.id AS channel_id, c.display_name AS channel
FROM json_each(:ids) w
CROSS JOIN channels c ON c.id = w.value AND c.hidden = 0
CROSS JOIN programs p ON p.id = (
    SELECT q.id FROM programs q CROSS JOIN providers v ON v.id = q.provider_id AND v.enabled = 1
    WHERE q.channel_id = c.id AND q.start_time >= :begin AND q.start_time < :end AND q.shadowed_by IS NULL
      AND q.showing IN ('first', 'first_here')
    ORDER BY q.start_time LIMIT 1)
ORDER BY p.start_time, c.id
LIMIT :limit
