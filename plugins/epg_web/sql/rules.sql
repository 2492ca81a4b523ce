-- Rules of people in the order in which they run; with :id only that one.
SELECT r.id, json_object(
    'id', r.id, 'position', r.position, 'provider', v.name, 'field', r.field, 'pattern', r.pattern, 'action', r.action,
    'value', r.value, 'enabled', json(iif(r.enabled, 'true', 'false')))
FROM rules r LEFT JOIN providers v ON v.id = r.provider_id
WHERE :id IS NULL OR r.id = :id
ORDER BY r.position, r.id
