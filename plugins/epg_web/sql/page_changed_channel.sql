-- The same for one channel: its changes through the index on the channel, then sorted.
SELECT i.id AS import_id, i.started_at, x.rowid AS row, x.program_id, x.channel_id, c.display_name AS channel,
       x.start_time, x.title, x.change, x.before, x.after, p.id AS there, p.shadowed_by, v.name AS provider
FROM channels c
CROSS JOIN program_changes x ON x.channel_id = c.id
CROSS JOIN import_log i ON i.id = x.import_id
CROSS JOIN providers v ON v.id = i.provider_id AND v.enabled = 1
LEFT JOIN airings p ON p.id = x.program_id
WHERE c.id = :channel AND c.hidden = 0 AND i.id <= :import AND i.started_at >= :since
  AND (x.import_id < :import OR x.rowid > :row)
  AND (:change IS NULL OR x.change = :change)
  AND (:ids IS NULL OR x.channel_id IN (SELECT value FROM json_each(:ids)))
ORDER BY i.id DESC, x.rowid
LIMIT :limit
