-- Two channels that may become one, with what feeds them.
SELECT c.id, c.name, c.display_name, (SELECT count(*) FROM channel_mappings m WHERE m.channel_id = c.id) AS sources
FROM channels c WHERE c.name IN (:source, :target)
