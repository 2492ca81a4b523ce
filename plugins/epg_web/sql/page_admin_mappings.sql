-- Mappings with the words somebody looks for, in the order they were made; `:after` is the last one of the page before.
SELECT m.id, v.name AS provider, m.provider_channel_id, m.display_name, m.method, m.score, m.channel_id,
       c.name AS channel, c.display_name AS channel_display_name
FROM channel_mappings m
JOIN providers v ON v.id = m.provider_id
LEFT JOIN channels c ON c.id = m.channel_id
WHERE m.id > :after
  AND (:provider IS NULL OR v.name = :provider OR v.id = :provider)
  AND (:method IS NULL OR m.method = :method)
  AND (:q IS NULL
       OR instr(lower(m.provider_channel_id), lower(:q)) OR instr(lower(m.display_name), lower(:q))
       OR instr(lower(c.name), lower(:q)) OR instr(lower(c.display_name), lower(:q)))
ORDER BY m.id LIMIT :limit
