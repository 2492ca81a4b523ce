-- Entries of a line-up in their order, with how many there are in all (`total`).
SELECT e.id, e.position, e.number, e.name, e.group_name, e.source_id, e.source_name, e.kind, e.channel_id, e.method, e.score,
       e.reason, e.candidates, e.output_id, e.shift_minutes, e.hidden, e.pinned, e.gone_at,
       c.name AS channel, c.display_name, c.icon_url, c.hidden AS channel_hidden, count(*) OVER () AS total
FROM lineup_channels e LEFT JOIN channels c ON c.id = e.channel_id
WHERE e.lineup_id = :lineup
  AND (:id IS NULL OR e.id = :id)
  AND (:group IS NULL OR e.group_name = :group)
  AND (:q IS NULL OR instr(lower(e.name), lower(:q)) OR instr(lower(e.source_id), lower(:q)) OR e.number = :q
       OR instr(lower(c.display_name), lower(:q)))
  AND CASE :state
        WHEN 'open' THEN e.gone_at IS NULL AND e.channel_id IS NULL AND e.method IS NULL
        WHEN 'review' THEN e.gone_at IS NULL AND e.kind IN ('tv', 'radio')
             AND (e.method = 'name' OR (e.channel_id IS NULL AND e.method IS NULL))
        WHEN 'matched' THEN e.gone_at IS NULL AND e.channel_id IS NOT NULL
        WHEN 'decided' THEN e.gone_at IS NULL AND e.method = 'manual'
        WHEN 'hidden' THEN e.gone_at IS NULL AND e.hidden
        WHEN 'gone' THEN e.gone_at IS NOT NULL
        ELSE e.gone_at IS NULL OR :id IS NOT NULL END
ORDER BY e.position, e.id LIMIT :limit OFFSET :offset
