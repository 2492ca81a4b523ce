-- Channels by what people call them.
SELECT id, name, display_name FROM channels WHERE display_name = :name COLLATE NOCASE ORDER BY id LIMIT 4
