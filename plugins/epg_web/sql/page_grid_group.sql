-- The channels of a group of a line-up.
SELECT DISTINCT e.channel_id AS id FROM lineups l JOIN lineup_channels e ON e.lineup_id = l.id
WHERE l.name = :lineup COLLATE NOCASE AND e.group_name = :group AND e.gone_at IS NULL AND e.hidden = 0
  AND e.channel_id IS NOT NULL
