-- A shown channel by `:text`, its id or its name; `:number` is the text as a number, or NULL. Where a channel of
-- this id is shown, the id is meant.
SELECT id, display_name FROM channels
WHERE hidden = 0 AND id = ifnull(
    (SELECT id FROM channels WHERE id = :number AND hidden = 0), (SELECT id FROM channels WHERE name = :text))
