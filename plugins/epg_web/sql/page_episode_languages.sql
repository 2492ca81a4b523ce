-- What feeds say about the language of the sub-titles of the episodes `:ids` of a series.
SELECT ce.episode_id AS id, t.subtitle, json_extract(t.details, '$.sub-title') AS subtitles
FROM json_each(:ids) wanted
CROSS JOIN content_episodes ce ON ce.series_id = :series AND ce.episode_id = wanted.value
CROSS JOIN contents t ON t.id = ce.content_id
WHERE t.subtitle IS NOT NULL
