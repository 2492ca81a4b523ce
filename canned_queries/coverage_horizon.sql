-- title: Coverage horizon
-- description: How far ahead each channel has programmes, the shortest time first, and how many programmes begin in the
--   next 24 hours. The hours are 0 if the last programme is over, and empty if there never was one. At most 1,000 rows.

WITH clock AS MATERIALIZED (
    SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now') AS now,
           strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+24 hours') AS tomorrow
)
SELECT channel_id, channel, number, last_end,
       max(0.0, round((julianday(last_end) - julianday(now)) * 24, 1)) AS hours_ahead, programmes_24h
FROM (
    SELECT c.id AS channel_id, c.display_name AS channel, c.number, now,
           (SELECT p.end_time FROM airings p CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
            WHERE p.channel_id = c.id AND p.shadowed_by IS NULL
            ORDER BY p.start_time DESC LIMIT 1) AS last_end,
           (SELECT count(*) FROM airings p CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
            WHERE p.channel_id = c.id AND p.shadowed_by IS NULL
              AND p.start_time >= now AND p.start_time < tomorrow) AS programmes_24h
    FROM clock CROSS JOIN channels c
    WHERE c.hidden = 0
)
ORDER BY hours_ahead, channel
LIMIT 1001
