SELECT json_object('id', id, 'name', name, 'enabled', json(iif(enabled, 'true', 'false')), 'priority', priority)
FROM providers ORDER BY priority, id
