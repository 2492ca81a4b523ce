-- The programmes :ids as a list shows them: what is still to come first, of what is on the latest to begin on top, and what runs for
-- more than four hours after the others: a block of half a day is seldom what somebody looks for.
SELECT p.id
FROM json_each(:ids) i
CROSS JOIN airings p ON p.id = i.value
ORDER BY p.end_time <= :now, strftime('%s', p.end_time) - strftime('%s', p.start_time) > 14400,
         CASE WHEN p.end_time > :now THEN max(p.start_time, :now) END, p.start_time DESC, p.id
