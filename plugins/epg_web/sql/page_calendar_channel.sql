-- A shown channel by `:text`, its id or its name; `:number` is the text as a number, or NULL. Where there is a channel of
-- this id, the id is meant.
SELECT id, display_name FROM channels
WHERE hidden = 0 AND id = ifnull(
    (SELECT id FROM channels WHERE id = :number), (SELECT id FROM channels WHERE name = :text))
