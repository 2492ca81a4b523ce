-- title: Unmapped channels
-- description: Channels of feeds that are ignored, and those that matched no other provider and became new channels. You
--   may want to map them by hand. Those with the most programmes come first. At most 1,000 rows.
-- param provider: id or name; default: all

WITH chosen AS MATERIALIZED (
    SELECT id FROM providers
    WHERE coalesce(trim(:provider), '') = '' OR id = trim(:provider) OR name = trim(:provider) COLLATE NOCASE
),
wrong(message) AS (
    SELECT 'there is no provider ''' || substr(trim(:provider), 1, 40) || '''; the table providers has their names'
    WHERE trim(:provider) <> '' AND NOT EXISTS (SELECT 1 FROM chosen)
)
SELECT * FROM (
    SELECT v.name AS provider, m.provider_channel_id, json_extract(f.names, '$[0].text') AS feed_name,
           CASE WHEN m.channel_id IS NULL THEN 'ignored' ELSE 'new' END AS state, c.display_name AS channel,
           (SELECT count(*) FROM airings p WHERE p.provider_id = m.provider_id AND p.channel_id = m.channel_id)
               AS programmes,
           m.channel_id, m.id AS mapping_id
    FROM channel_mappings m
    JOIN providers v ON v.id = m.provider_id
    LEFT JOIN channels c ON c.id = m.channel_id
    LEFT JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
    WHERE m.provider_id IN (SELECT id FROM chosen)
      AND (m.channel_id IS NULL OR m.method = 'new' AND NOT EXISTS (
          SELECT 1 FROM channel_mappings o WHERE o.channel_id = m.channel_id AND o.id <> m.id
      ))
    ORDER BY programmes DESC, v.name, m.provider_channel_id
    LIMIT 1001
)
UNION ALL
SELECT message, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM wrong
