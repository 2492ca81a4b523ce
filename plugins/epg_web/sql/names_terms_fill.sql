-- The words of titles and people.
INSERT INTO temp.names_terms (term, letters, names) SELECT term, length(term), doc FROM temp.names_vocabulary
