-- The contents that begin from :low to before :high and are not over, without those that are known, with how often each is shown.
INSERT INTO temp.names_step (content_id, showings)
SELECT a.content_id, count(*)
FROM channels c
CROSS JOIN airings a INDEXED BY airings_channel_time
    ON a.channel_id = c.id AND a.start_time >= :low AND a.start_time < :high
CROSS JOIN providers v ON v.id = a.provider_id AND v.enabled = 1
WHERE c.hidden = 0 AND a.end_time > :now AND a.shadowed_by IS NULL
  AND NOT EXISTS (SELECT 1 FROM temp.names_contents k WHERE k.content_id = a.content_id)
GROUP BY a.content_id
