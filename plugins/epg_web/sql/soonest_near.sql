-- Programmes that are on or begin before :until, the soonest first.
SELECT p.id
FROM channels c
CROSS JOIN programs p INDEXED BY programs_channel_time
    ON p.channel_id = c.id AND p.start_time > :since AND p.start_time < :until
WHERE c.hidden = 0 AND p.end_time > :now AND (:ids IS NULL OR c.id IN (SELECT value FROM json_each(:ids)))
ORDER BY p.start_time, p.id
LIMIT 1000
