-- Minutes of each category that begin in [:start, :end) on the first 1,000 channels, the most first. Categories are
-- counted as the feeds write them, without case.
SELECT min(k.value) AS category,
       sum((strftime('%s', p.end_time) - strftime('%s', p.start_time)) / 60) AS minutes, count(*) AS programmes
FROM (SELECT id FROM channels WHERE hidden = 0 ORDER BY id LIMIT 1000) c
CROSS JOIN programs p ON p.channel_id = c.id AND p.start_time >= :start AND p.start_time < :end
CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
JOIN json_each(p.category) k
WHERE p.shadowed_by IS NULL AND k.value <> ''
GROUP BY lower(k.value) ORDER BY minutes DESC, category LIMIT 30
