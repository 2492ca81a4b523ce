-- The words of the names above :last, which are new.
INSERT INTO temp.names_words (rowid, name) SELECT id, name FROM temp.names WHERE id > :last
