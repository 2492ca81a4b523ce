-- All mappings as they are now, to leave out what was decided since the suggestions were made.
SELECT m.id, v.id AS provider_id, v.name AS provider, m.provider_channel_id AS source, m.method, c.id AS channel_id, c.name AS channel
FROM channel_mappings m JOIN providers v ON v.id = m.provider_id LEFT JOIN channels c ON c.id = m.channel_id
ORDER BY m.id
