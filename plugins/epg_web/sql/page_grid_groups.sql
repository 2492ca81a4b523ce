-- The groups of a line-up in its order, with the number of their channels.
SELECT e.group_name AS name, count(*) AS channels FROM lineups l JOIN lineup_channels e ON e.lineup_id = l.id
WHERE l.name = :lineup COLLATE NOCASE AND e.group_name IS NOT NULL AND e.gone_at IS NULL AND e.hidden = 0
  AND e.channel_id IS NOT NULL
GROUP BY e.group_name ORDER BY min(e.position) LIMIT 200
