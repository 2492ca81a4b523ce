-- title: Films
-- description: Films that are shown in a time range, by category or rating. At most 1,000 rows.
-- param category: part of a category name, such as thriller; default: film, movie, cinema and similar
-- param rating: the whole rating, such as PG-13; default: any
-- param start: a time (2026-11-22T20:00:00Z, or with an offset) or a date (its first second, UTC); default: now
-- param end: only programmes that begin before this time, in the same forms; default: 24 hours after start

WITH asked(name, text) AS (VALUES ('start', trim(:start)), ('end', trim(:end))),
dates AS MATERIALIZED (
    SELECT name, text,
           CASE WHEN text GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'
                     AND date(substr(text, 1, 10), '+0 days') = substr(text, 1, 10)
                THEN strftime('%Y-%m-%dT%H:%M:%SZ', text) END AS utc
    FROM asked WHERE text <> ''
),
span AS MATERIALIZED (
    SELECT begins, ends, strftime('%Y-%m-%dT%H:%M:%SZ', begins, '-' || longest_seconds || ' seconds') AS earliest
    FROM (
        SELECT begins,
               coalesce((SELECT utc FROM dates WHERE name = 'end'),
                        strftime('%Y-%m-%dT%H:%M:%SZ', begins, '+24 hours')) AS ends
        FROM (
            SELECT coalesce((SELECT utc FROM dates WHERE name = 'start'),
                            strftime('%Y-%m-%dT%H:%M:%SZ', 'now')) AS begins
        )
    ), generation
),
wrong(message) AS (
    SELECT name || ' ''' || substr(text, 1, 40) || ''' is not a date; use 2026-11-22 or 2026-11-22T20:00:00Z'
    FROM dates WHERE utc IS NULL
    UNION ALL
    SELECT 'end ' || ends || ' is not after start ' || begins
    FROM span WHERE ends <= begins AND NOT EXISTS (SELECT 1 FROM dates WHERE utc IS NULL)
),
-- All lists of categories, so that each is looked at once. The table may lack those that came after the last import.
lists(category) AS (
    SELECT category FROM category_genres
    UNION
    SELECT t.category FROM contents t WHERE t.id > (SELECT last_content_id FROM genre_state)
),
-- The words of the default stand in the text of a list as they are. What is asked for may be written otherwise there.
fitting AS MATERIALIZED (
    SELECT category FROM lists
    WHERE CASE WHEN coalesce(trim(:category), '') <> '' THEN EXISTS (
                   SELECT 1 FROM json_each(category) WHERE instr(lower(value), lower(trim(:category))))
               ELSE instr(lower(category), 'film') OR instr(lower(category), 'movie') OR instr(lower(category), 'cine')
                    OR instr(lower(category), 'ciné') OR instr(lower(category), 'kino') OR instr(lower(category), 'película')
          END
),
-- Most programmes are no films, so what else they must be is asked afterwards (CASE keeps that order).
-- Only the first rows need their texts, which are long.
first AS MATERIALIZED (
    SELECT p.id
    FROM channels c
    CROSS JOIN airings p ON p.channel_id = c.id
        AND p.start_time < (SELECT ends FROM span)
        AND p.end_time > (SELECT begins FROM span)
        AND p.start_time >= (SELECT earliest FROM span)
    CROSS JOIN contents t ON t.id = p.content_id
    WHERE c.hidden = 0 AND CASE WHEN t.category IN (SELECT category FROM fitting)
               THEN p.shadowed_by IS NULL AND p.provider_id NOT IN (SELECT id FROM providers WHERE enabled = 0) END
      AND (coalesce(trim(:rating), '') = '' OR t.rating = trim(:rating) COLLATE NOCASE)
      AND NOT EXISTS (SELECT 1 FROM wrong)
    ORDER BY p.start_time, c.id
    LIMIT 1001
)
SELECT * FROM (
    SELECT p.start_time, p.end_time, c.display_name AS channel, p.title, p.subtitle, p.category, p.rating, p.directors,
           p.actors, p.description, c.id AS channel_id, p.id
    FROM first
    CROSS JOIN programs p ON p.id = first.id
    CROSS JOIN channels c ON c.id = p.channel_id
    ORDER BY p.start_time, c.id
    LIMIT 1001
)
UNION ALL
SELECT NULL, NULL, NULL, message, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM wrong
