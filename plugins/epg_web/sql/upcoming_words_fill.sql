-- The words of the next :count programmes of temp.upcoming, after the :known ones that are in the index.
INSERT INTO temp.upcoming_words (rowid, title, subtitle, description)
SELECT p.id, p.title, p.subtitle, p.description
FROM (SELECT id FROM temp.upcoming ORDER BY start_time, id LIMIT :count OFFSET :known) n
CROSS JOIN programs p ON p.id = n.id
