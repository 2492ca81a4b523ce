"""JSON Schema of what is suggested while somebody types."""

from .schema_kinds import Schema, ident, integer, nullable, record, ref, text, texts, time

NEXT: dict[str, Schema] = {
    "id": ident("The programme."),
    "start_time": time("When it starts", "2026-11-22T20:00:00Z"),
    "end_time": time("When it ends", "2026-11-22T20:30:00Z"),
    "channel_id": ident("Its channel."),
    "channel": text("The name of that channel.", "Channel One"),
}
SUGGEST_SCHEMAS: dict[str, Schema] = {
    "NextShowing": record("The showing of a title that is on or comes next.", NEXT),
    "SuggestedTitle": record(
        "A title of programmes to come.",
        {
            "title": text("The title.", "Breakfast"),
            "showings": integer("How often it is shown, as far as that has been looked at.", 12),
            "next": ref("NextShowing"),
        },
    ),
    "SuggestedPerson": record(
        "A person in programmes to come.",
        {
            "name": text("The name.", "Brenda Blethyn"),
            "showings": integer(
                "How often programmes with this person are shown, as far as that has been looked at.", 3
            ),
        },
    ),
    "Suggestions": record(
        "Suggestions for what a person has typed so far.",
        {
            "titles": {"type": "array", "items": ref("SuggestedTitle")},
            "people": {"type": "array", "items": ref("SuggestedPerson")},
            "channels": {"type": "array", "items": ref("Channel")},
            "genres": texts("Genres whose names begin so.", ["film"]),
            "meant": nullable(text("If nothing is found: similar words that the guide knows.", "breakfast")),
        },
    ),
}
