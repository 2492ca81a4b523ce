-- Each name once, however it is written in capitals, with how often it is shown.
INSERT INTO temp.names (kind, name, showings)
SELECT kind, name, sum(showings) FROM temp.names_found WHERE true GROUP BY kind, name COLLATE NOCASE
ON CONFLICT (kind, name) DO UPDATE SET showings = showings + excluded.showings
