-- Titles or people with all of the words, the one that is exactly the words first, then those that begin with them, then those that
-- are shown most.
SELECT n.id, n.name, n.showings
FROM temp.names_words f
CROSS JOIN temp.names n ON n.id = f.rowid
WHERE names_words MATCH :match AND n.kind = :kind
ORDER BY n.name = :words DESC, substr(n.name, 1, length(:words)) = :words COLLATE NOCASE DESC, n.showings DESC, n.name
LIMIT :limit
