-- The words of the next :count programmes of temp.upcoming, after the :known ones that are in the index. A content that one of
-- those shows too is there already.
INSERT INTO temp.upcoming_words (rowid, title, subtitle, description)
SELECT c.id, c.title, c.subtitle, c.description
FROM (
    SELECT content_id FROM (SELECT content_id FROM temp.upcoming ORDER BY start_time, id LIMIT :count OFFSET :known)
    EXCEPT
    SELECT content_id FROM (SELECT content_id FROM temp.upcoming ORDER BY start_time, id LIMIT :known)
) n
CROSS JOIN contents c ON c.id = n.content_id
