-- What feeds say about the languages of titles and sub-titles of the programmes `:ids`.
SELECT p.id, p.title, p.subtitle, json_extract(p.details, '$.title') AS titles,
       json_extract(p.details, '$.sub-title') AS subtitles
FROM json_each(:ids) wanted
CROSS JOIN programs p ON p.id = wanted.value
