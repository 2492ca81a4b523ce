-- What goes with a provider; programmes are counted in the unique index alone.
SELECT (SELECT count(*) FROM airings p WHERE p.provider_id = :provider) AS programmes,
       (SELECT count(*) FROM channel_mappings WHERE provider_id = :provider AND channel_id IS NOT NULL) AS mappings
