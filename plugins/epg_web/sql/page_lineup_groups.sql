-- The groups of a line-up, the largest first.
SELECT group_name AS name, count(*) AS entries
FROM lineup_channels WHERE lineup_id = :lineup AND gone_at IS NULL AND group_name IS NOT NULL
GROUP BY group_name ORDER BY count(*) DESC, group_name LIMIT :limit
