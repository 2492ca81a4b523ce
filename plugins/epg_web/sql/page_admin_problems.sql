-- The problems of the imports of a page, the most frequent of each first.
SELECT import_id, code, line, subject, message, count
FROM (
    SELECT p.import_id, p.code, p.line, p.subject, p.message, p.count,
           row_number() OVER (PARTITION BY p.import_id ORDER BY p.count DESC, p.code, p.line) AS place
    FROM json_each(:ids) i CROSS JOIN import_problems p ON p.import_id = i.value
)
WHERE place <= :most
ORDER BY import_id, place
