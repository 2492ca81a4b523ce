-- Whether one programme has the words and is shown.
SELECT 1
FROM programs_fts f
CROSS JOIN programs p ON p.id = f.rowid
CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
WHERE programs_fts MATCH :match AND f.rowid = :id AND p.shadowed_by IS NULL
