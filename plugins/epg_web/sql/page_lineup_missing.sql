-- Entries whose channel has nothing to come, or nothing after `:soon`; `last_end` is when its last programme ends. Shown
-- programmes of a channel do not overlap, so the last one to begin is the last one to end.
SELECT * FROM (
    SELECT e.id, e.position, e.number, e.name, e.channel_id, c.name AS channel, c.display_name, c.icon_url,
           c.hidden AS channel_hidden, (
               SELECT a.end_time FROM airings a CROSS JOIN providers p ON p.id = a.provider_id AND p.enabled = 1
               WHERE a.channel_id = e.channel_id AND a.shadowed_by IS NULL ORDER BY a.start_time DESC LIMIT 1) AS last_end
    FROM lineup_channels e JOIN channels c ON c.id = e.channel_id
    WHERE e.lineup_id = :lineup AND e.gone_at IS NULL AND e.hidden = 0)
WHERE channel_hidden OR last_end IS NULL OR last_end <= :soon
ORDER BY ifnull(last_end, ''), position, id LIMIT :limit
