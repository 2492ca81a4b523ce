-- title: Imports
-- description: The import log, the newest first. The table import_problems lists the problems. At most 200 rows.
-- param provider: id or name; default: all
-- param status: running, success, partial or failed; default: all

WITH chosen AS MATERIALIZED (
    SELECT id FROM providers
    WHERE coalesce(trim(:provider), '') = '' OR id = trim(:provider) OR name = trim(:provider) COLLATE NOCASE
),
wrong(message) AS (
    SELECT 'there is no provider ''' || substr(trim(:provider), 1, 40) || '''; the table providers has their names'
    WHERE trim(:provider) <> '' AND NOT EXISTS (SELECT 1 FROM chosen)
    UNION ALL
    SELECT 'status ''' || substr(trim(:status), 1, 40) || ''' is unknown; use running, success, partial or failed'
    WHERE lower(trim(:status)) NOT IN ('', 'running', 'success', 'partial', 'failed')
)
SELECT * FROM (
    SELECT v.name AS provider, i.started_at, i.completed_at, i.status, i."trigger", i.programs_imported,
           i.programs_updated, i.programs_unchanged, i.programs_removed, i.programs_skipped, i.channels_added,
           i.bytes_downloaded, i.http_status, i.problems, i.error_code, i.error_message, i.id
    FROM import_log i LEFT JOIN providers v ON v.id = i.provider_id
    WHERE NOT EXISTS (SELECT 1 FROM wrong)
      AND (coalesce(trim(:provider), '') = '' OR i.provider_id IN (SELECT id FROM chosen))
      AND (coalesce(trim(:status), '') = '' OR i.status = lower(trim(:status)))
    ORDER BY i.id DESC
    LIMIT 200
)
UNION ALL
SELECT message, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM wrong
