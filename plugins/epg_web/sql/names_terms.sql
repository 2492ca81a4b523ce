-- Words of titles and people with :shortest to :longest letters, and in how many names each is.
SELECT term, names FROM temp.names_terms WHERE letters BETWEEN :shortest AND :longest
