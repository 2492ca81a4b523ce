-- The change that undo would take back.
SELECT id, at, actor, action, subject FROM write_log
WHERE undo IS NOT NULL AND action <> 'undo'
  AND id NOT IN (SELECT json_extract(details, '$.undone') FROM write_log WHERE action = 'undo')
ORDER BY id DESC LIMIT 1
