-- The same for words that most programmes have: the very next programmes have an index of their own.
WITH hits AS MATERIALIZED (
    -- The limit keeps this order: SQLite drops the order of a subquery that is joined unless it has one.
    SELECT n.id, n.start_time
    FROM temp.upcoming_words f
    CROSS JOIN temp.upcoming n ON n.content_id = f.rowid
    WHERE upcoming_words MATCH :match AND n.end_time > :now
      -- A content may be shown again later than the last programme whose words are in the index. Others, whose words are not,
      -- may stand in between.
      AND (n.start_time, n.id) <= (
          SELECT start_time, id FROM temp.upcoming ORDER BY start_time, id
          LIMIT 1 OFFSET (SELECT words - 1 FROM temp.upcoming_state))
      AND (:ids IS NULL OR n.channel_id IN (SELECT value FROM json_each(:ids)))
    ORDER BY n.start_time, n.id LIMIT -1
),
shown AS MATERIALIZED (
    -- The hits are taken in order, so that the limit ends the search.
    SELECT h.id, h.start_time
    FROM hits h
    CROSS JOIN airings p ON p.id = h.id
    CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    WHERE p.shadowed_by IS NULL
    LIMIT :need
)
SELECT id FROM shown ORDER BY start_time, id
