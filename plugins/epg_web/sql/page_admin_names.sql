-- Names of channels to choose from.
SELECT name, display_name FROM channels ORDER BY display_name COLLATE NOCASE, id LIMIT :limit
