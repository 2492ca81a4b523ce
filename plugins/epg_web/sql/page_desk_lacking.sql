-- The channels that a provider feeds, or any of them, and that have no programme which begins in [:start, :end).
SELECT DISTINCT m.channel_id AS id
FROM channel_mappings m JOIN providers v ON v.id = m.provider_id AND v.enabled = 1
WHERE m.channel_id IS NOT NULL AND (:provider IS NULL OR m.provider_id = :provider)
  AND NOT EXISTS (
    SELECT 1 FROM airings p
    WHERE p.channel_id = m.channel_id AND p.provider_id = m.provider_id AND p.start_time >= :start AND p.start_time < :end)
