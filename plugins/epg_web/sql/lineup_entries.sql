-- One page of the entries of a line-up in their order; `:after` is the last one of the page before.
SELECT e.id, json_object(
    'id', e.id, 'position', e.position, 'number', e.number, 'name', e.name, 'group_name', e.group_name,
    'icon_url', e.icon_url, 'kind', e.kind, 'source_id', e.source_id, 'channel_id', e.channel_id, 'channel', c.name,
    'method', e.method, 'score', e.score, 'reason', e.reason,
    'candidates', json(ifnull((
        SELECT json_group_array(json_object(
            'channel_id', j.value ->> '$.channel_id', 'channel', k.name, 'display_name', k.display_name,
            'score', j.value ->> '$.score', 'reason', j.value ->> '$.reason'))
        FROM json_each(e.candidates) j JOIN channels k ON k.id = j.value ->> '$.channel_id'), '[]')),
    'output_id', e.output_id, 'shift_minutes', e.shift_minutes,
    'hidden', json(iif(e.hidden, 'true', 'false')), 'pinned', json(e.pinned), 'gone_at', e.gone_at)
FROM lineup_channels e LEFT JOIN channels c ON c.id = e.channel_id
WHERE e.lineup_id = :lineup
  AND (:ids IS NULL OR e.id IN (SELECT value FROM json_each(:ids)))
  AND (:after IS NULL OR (e.position, e.id) > (SELECT position, id FROM lineup_channels WHERE id = :after))
  AND CASE :state
        WHEN 'open' THEN e.gone_at IS NULL AND e.channel_id IS NULL AND e.method IS NULL
        WHEN 'matched' THEN e.gone_at IS NULL AND e.channel_id IS NOT NULL
        WHEN 'decided' THEN e.gone_at IS NULL AND e.method = 'manual'
        WHEN 'gone' THEN e.gone_at IS NOT NULL
        ELSE 1 END
ORDER BY e.position, e.id LIMIT :limit
