-- What a person may change of one channel.
SELECT id, name, display_name, number, icon_url, pinned FROM channels WHERE id = :id
