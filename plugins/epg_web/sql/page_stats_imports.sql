-- What the imports of each day (UTC) changed, for each provider, since :since; with the problems and the bytes of their feeds.
SELECT v.name AS provider, substr(l.started_at, 1, 10) AS day, count(*) AS imports,
       sum(l.status = 'failed') AS failed, sum(l.programs_imported) AS added, sum(l.programs_updated) AS updated,
       sum(l.programs_removed) AS removed, sum(l.problems) AS problems, sum(ifnull(l.bytes_downloaded, 0)) AS bytes
FROM import_log l JOIN providers v ON v.id = l.provider_id
WHERE l.started_at >= :since AND l.status <> 'running'
GROUP BY v.id, day ORDER BY v.priority, v.id, day
