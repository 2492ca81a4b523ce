-- The genres of the programmes in :ids, as far as they are known.
SELECT p.id, p.genre
FROM json_each(:ids) wanted
CROSS JOIN programs p ON p.id = wanted.value
WHERE p.genre IS NOT NULL
