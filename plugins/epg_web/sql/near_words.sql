-- The words of :count programmes of temp.near behind the :known ones that have them, the soonest first.
INSERT INTO temp.soon (rowid, title, subtitle, description)
SELECT p.id, p.title, p.subtitle, p.description
FROM (SELECT id FROM temp.near ORDER BY start_time, id LIMIT :count OFFSET :known) n
CROSS JOIN programs p ON p.id = n.id
