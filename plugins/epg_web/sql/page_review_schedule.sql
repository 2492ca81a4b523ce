-- What begins on a channel in [:start, :end): the programmes of one provider there, or with NULL those that are shown.
SELECT p.start_time, t.title
FROM channels c
CROSS JOIN airings p ON p.channel_id = c.id AND p.start_time >= :start AND p.start_time < :end
CROSS JOIN contents t ON t.id = p.content_id
WHERE c.name = :channel AND iif(:provider IS NULL, p.shadowed_by IS NULL, p.provider_id = :provider)
ORDER BY p.start_time LIMIT :limit
