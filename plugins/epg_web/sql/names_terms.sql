-- Words of titles and people with :shortest to :longest letters, and in how many names each is.
SELECT term, doc FROM temp.names_vocabulary WHERE length(term) BETWEEN :shortest AND :longest
