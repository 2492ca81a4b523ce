-- Minutes of each category that begin in [:start, :end) on the first 1,000 channels, the most first. Categories are
-- counted as the feeds write them, without case. Lists of categories are opened once each, not once for each programme.
WITH shown AS MATERIALIZED (
    SELECT t.category AS list, sum((strftime('%s', p.end_time) - strftime('%s', p.start_time)) / 60) AS minutes,
           count(*) AS programmes
    FROM (SELECT id FROM channels WHERE hidden = 0 ORDER BY id LIMIT 1000) c
    CROSS JOIN airings p ON p.channel_id = c.id AND p.start_time >= :start AND p.start_time < :end
    CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    CROSS JOIN contents t ON t.id = p.content_id
    WHERE p.shadowed_by IS NULL
    GROUP BY t.category
)
SELECT min(k.value) AS category, sum(minutes) AS minutes, sum(programmes) AS programmes
FROM shown JOIN json_each(shown.list) k
WHERE k.value <> ''
GROUP BY lower(k.value) ORDER BY minutes DESC, category LIMIT 30
