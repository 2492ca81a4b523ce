-- Which of them have a name.
INSERT OR IGNORE INTO temp.names_contents (name_id, content_id)
SELECT n.id, f.content_id FROM temp.names_found f CROSS JOIN temp.names n ON n.kind = f.kind AND n.name = f.name
