-- Programmes that are not over and begin from :low to before :high, from the index of channel and start alone.
INSERT INTO temp.upcoming (id, start_time, end_time, channel_id)
SELECT p.id, p.start_time, p.end_time, p.channel_id
FROM channels c
CROSS JOIN programs p INDEXED BY programs_channel_time
    ON p.channel_id = c.id AND p.start_time >= :low AND p.start_time < :high
WHERE c.hidden = 0 AND p.end_time > :now
