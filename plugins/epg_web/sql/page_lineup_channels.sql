-- Channels with some words in their name, or with one number or id: those whose name begins so first.
SELECT id AS channel_id, name AS channel, display_name, icon_url
FROM channels
WHERE hidden = 0 AND (instr(lower(display_name), lower(:q)) OR instr(lower(name), lower(:q)) OR number = :q)
ORDER BY lower(display_name) = lower(:q) DESC, instr(lower(display_name), lower(:q)) = 1 DESC, length(display_name), id
LIMIT :limit
