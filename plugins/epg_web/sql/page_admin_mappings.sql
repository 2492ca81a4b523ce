-- Mappings with the words somebody looks for, in the order they were made; `:after` is the last one of the page before.
SELECT m.id, v.name AS provider, m.provider_channel_id, json_extract(f.names, '$[0].text') AS display_name,
       m.method, m.score, m.channel_id,
       iif(f.last_seen < (SELECT max(last_seen) FROM feed_channels WHERE provider_id = m.provider_id), f.last_seen, NULL)
           AS gone_since,
       c.name AS channel, c.display_name AS channel_display_name
FROM channel_mappings m
JOIN providers v ON v.id = m.provider_id
LEFT JOIN channels c ON c.id = m.channel_id
LEFT JOIN feed_channels f ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
WHERE m.id > :after
  AND (:provider IS NULL OR v.name = :provider OR v.id = :provider)
  AND (:method IS NULL OR m.method = :method)
  AND (:q IS NULL
       OR instr(lower(m.provider_channel_id), lower(:q)) OR EXISTS (
            SELECT 1 FROM json_each(f.names) n WHERE instr(lower(json_extract(n.value, '$.text')), lower(:q)))
       OR instr(lower(c.name), lower(:q)) OR instr(lower(c.display_name), lower(:q)))
ORDER BY m.id LIMIT :limit
