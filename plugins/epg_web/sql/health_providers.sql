-- Providers with their last imports. When a feed was last read is found once for each: asked for in the count, it was for each channel.
WITH latest AS MATERIALIZED (SELECT provider_id, max(last_seen) AS seen FROM feed_channels GROUP BY provider_id)
SELECT v.id, v.name, v.enabled, CAST(strftime('%s', v.created_at) AS INTEGER) AS created,
       l.id AS import_id, l.status, l.started_at, l.completed_at, l.error_code,
       (SELECT count(*) FROM latest t
        JOIN feed_channels f ON f.provider_id = t.provider_id AND f.last_seen < t.seen
        JOIN channel_mappings m ON m.provider_id = f.provider_id AND m.provider_channel_id = f.provider_channel_id
        WHERE t.provider_id = v.id AND m.channel_id IS NOT NULL) AS stale_channels,
       g.completed_at AS last_good_at, n.next_at AS next_import_at, n.reason AS next_import_reason,
       CAST(strftime('%s', g.completed_at) AS INTEGER) AS last_good
FROM providers v
LEFT JOIN import_log l ON l.id = (SELECT max(id) FROM import_log WHERE provider_id = v.id)
LEFT JOIN import_log g ON g.id = (
    SELECT s.id FROM import_log s
    WHERE s.provider_id = v.id AND s.status IN ('success', 'partial')
        AND s.started_at <= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+1 day')  -- later: the clock was wrong then, or is now
    ORDER BY s.id DESC LIMIT 1)
LEFT JOIN import_plan n ON n.provider_id = v.id
ORDER BY v.priority, v.id
