-- From when until when channels have programmes: two look-ups in the index for each channel, at any size of the guide.
-- A channel does not count at an end where its outermost programme is one that is not shown.
SELECT min((
        SELECT iif(p.shadowed_by IS NULL AND v.enabled, p.start_time, NULL)
        FROM airings p CROSS JOIN providers v ON v.id = p.provider_id
        WHERE p.channel_id = c.id ORDER BY p.start_time LIMIT 1)) AS first,
    max((
        SELECT iif(p.shadowed_by IS NULL AND v.enabled, p.end_time, NULL)
        FROM airings p CROSS JOIN providers v ON v.id = p.provider_id
        WHERE p.channel_id = c.id ORDER BY p.start_time DESC LIMIT 1)) AS last
FROM channels c WHERE c.hidden = 0
