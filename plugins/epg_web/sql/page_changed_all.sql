-- Changes of the imports since a moment, the newest import first, in the order of the index: a page reads no more than
-- it shows, unless `:change` or `:ids`, the channels of a line-up, pass some over. `:import`, `:row` are the last change of the page before.
SELECT i.id AS import_id, i.started_at, x.rowid AS row, x.program_id, x.channel_id, c.display_name AS channel,
       x.start_time, x.title, x.change, x.before, x.after, p.id AS there, p.shadowed_by, v.name AS provider
FROM import_log i
CROSS JOIN providers v ON v.id = i.provider_id AND v.enabled = 1
CROSS JOIN program_changes x ON x.import_id = i.id
CROSS JOIN channels c ON c.id = x.channel_id AND c.hidden = 0
LEFT JOIN airings p ON p.id = x.program_id
WHERE i.id <= :import AND i.started_at >= :since
  AND (x.import_id < :import OR x.rowid > :row)
  AND (:change IS NULL OR x.change = :change)
  AND (:ids IS NULL OR x.channel_id IN (SELECT value FROM json_each(:ids)))
ORDER BY i.id DESC, x.rowid
LIMIT :limit
