-- The titles and the people of the contents in temp.names_step: kind, name, content, showings.
INSERT INTO temp.names_found (kind, name, content_id, showings)
SELECT 'title', t.title, t.id, s.showings
FROM temp.names_step s CROSS JOIN contents t ON t.id = s.content_id WHERE t.title <> ''
UNION ALL
SELECT 'person', j.value, t.id, s.showings
FROM temp.names_step s CROSS JOIN contents t ON t.id = s.content_id CROSS JOIN json_each(t.actors) j WHERE j.value <> ''
UNION ALL
SELECT 'person', j.value, t.id, s.showings
FROM temp.names_step s CROSS JOIN contents t ON t.id = s.content_id CROSS JOIN json_each(t.directors) j WHERE j.value <> ''
UNION ALL
-- Presenters and guests have no column of their own.
SELECT 'person', json_extract(j.value, '$.name'), t.id, s.showings
FROM temp.names_step s CROSS JOIN contents t ON t.id = s.content_id CROSS JOIN json_each(t.details, '$.credits') j
WHERE instr(t.details, '"presenter"') + instr(t.details, '"guest"') + instr(t.details, '"commentator"')
  AND json_extract(j.value, '$.type') IN ('presenter', 'guest', 'commentator')
  AND json_extract(j.value, '$.name') <> ''
