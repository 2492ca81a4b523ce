-- The shown channels, those first whose programmes end soonest: two steps in the index for each. `:ids` limits them.
SELECT c.id, c.display_name, c.name,
       (SELECT p.end_time FROM airings p CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
        WHERE p.channel_id = c.id ORDER BY p.start_time DESC LIMIT 1) AS until
FROM channels c
WHERE c.hidden = 0 AND (:ids IS NULL OR c.id IN (SELECT value FROM json_each(:ids)))
ORDER BY until IS NOT NULL, until, c.display_name, c.id
