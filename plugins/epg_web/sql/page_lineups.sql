-- All line-ups, or one (`:id`): what is known of their entries, how many show nothing to come (`silent`), the last refresh.
SELECT l.id, l.name, l.title, l.source_kind, l.source_url, l.kinds, l.id_scheme, l.filler, l.left_out, l.updated_at,
       count(e.id) AS entries, count(e.channel_id) AS matched, sum(e.hidden) AS hidden,
       count(*) FILTER (WHERE e.id IS NOT NULL AND e.channel_id IS NULL AND e.method IS NULL) AS open,
       count(*) FILTER (WHERE e.channel_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM airings a
            WHERE a.channel_id = e.channel_id AND a.start_time >= :earliest AND a.end_time > :now)) AS silent,
       r.id AS refresh, r.status, r.completed_at, r.added, r.removed, r.problems, r.error_message
FROM lineups l
LEFT JOIN lineup_channels e ON e.lineup_id = l.id AND e.gone_at IS NULL
LEFT JOIN lineup_refreshes r ON r.id = (SELECT max(id) FROM lineup_refreshes WHERE lineup_id = l.id)
WHERE :id IS NULL OR l.id = :id
GROUP BY l.id ORDER BY l.name
