-- One pass over the table, which takes its time: done once for each generation, beside everything else.
SELECT count(*), ifnull(sum(
    shadowed_by IS NULL
    AND provider_id IN (SELECT id FROM providers WHERE enabled)
    AND channel_id NOT IN (SELECT id FROM channels WHERE hidden)), 0)
FROM airings NOT INDEXED
