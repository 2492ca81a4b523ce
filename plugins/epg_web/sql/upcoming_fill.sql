-- Programmes that are not over and begin from :low to before :high, found by the index of channel and start.
INSERT INTO temp.upcoming (content_id, id, start_time, end_time, channel_id)
SELECT a.content_id, a.id, a.start_time, a.end_time, a.channel_id
FROM channels c
CROSS JOIN airings a INDEXED BY airings_channel_time
    ON a.channel_id = c.id AND a.start_time >= :low AND a.start_time < :high
WHERE c.hidden = 0 AND a.end_time > :now
