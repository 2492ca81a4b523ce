"""The schemas of rules: what the API answers, and the bodies that it takes."""

from .schema_kinds import Schema, array, body, flag, ident, integer, nullable, record, text, texts, typed

_FIELDS = ["title", "subtitle", "description", "category"]
_ACTIONS = ["remove", "replace", "extract", "set_category"]
_RULE = {
    "position": integer("Rules run in this order; those that ship have 10, 20, 30 and so on.", 810, -1_000_000_000),
    "provider": nullable(text("Name of the provider that it is for; null for all.", "north")) | {"examples": [None]},
    "field": text("What it reads.", "title", enum=_FIELDS),
    "pattern": text("What it finds, in the syntax of RE2.", "^Cinema: "),
    "action": text("What it does.", "remove", enum=_ACTIONS),
    "value": text("What replace puts in its place, what extract takes, or the category.", ""),
    "enabled": flag("Whether it is used.", True),
}  # fmt: skip
_FOLLOWED = {
    "contents": integer("Texts that were changed.", 1),
    "programmes": integer("Programmes that show them.", 2),
}
_SETTINGS = {
    **_RULE,
    "pattern": text("What it finds, in the syntax of RE2.", "^Cinema: ", minLength=1, maxLength=10_000),
    "value": text("What replace puts in its place, what extract takes, or the category.", "", maxLength=1_000),
    "provider": nullable(typed("string", "Name of the provider that it is for; null for all.", None)) | {"examples": [None]},
    "position": integer("Where it runs; last if left out.", 810, -1_000_000_000, maximum=1_000_000_000),
}  # fmt: skip
_NEW = {"field": "title", "pattern": "^Cinema: ", "action": "remove"}
_PROVIDER = {
    "provider": nullable(text("Only for this provider, by name; null for all.", "north"))
    | {"examples": [None]}
}
_EXAMPLE = record(
    "A programme before and after; only what differs, and the title.",
    {
        "provider": text("Its provider.", "north"),
        "before": typed("object", "As it is.", {"title": "Cinema: Casablanca"}),
        "after": typed("object", "As it would be.", {"title": "Casablanca"}),
    },
)
RULE_SCHEMAS: dict[str, Schema] = {
    "Rule": record("A rule that somebody wrote.", {"id": ident("Number of the rule."), **_RULE}),
    "RuleDone": record(
        "A rule, and the stored programmes that followed.", {"id": ident("Number of the rule."), **_RULE, **_FOLLOWED}
    ),
    "RuleSet": record(
        "A set of rules that ships.",
        {
            "name": text("Name of the set.", "quality"),
            "safety": text("Where it may be on.", "safe", enum=["safe", "feed", "never"]),
            "about": text("What it is about.", "Picture and sound in brackets: [HD], (4K)"),
            "rules": integer("How many rules it has.", 2),
            "enabled": flag("Whether it is on.", False),
            "reason": text("Why.", "off"),
        },
    ),
    "RuleSetsDone": record(
        "The sets that were turned on or off, and the stored programmes that followed.",
        {"sets": texts("Names of the sets.", ["quality"]), "enabled": flag("Whether they are on.", True), **_FOLLOWED},
    ),
    "RuleTrial": record(
        "What a rule or sets would change in stored programmes.",
        {
            **_FOLLOWED,
            "looked_at": integer("Texts that were looked at, at most 100,000.", 9),
            "complete": flag("Whether that was all.", True),
            "examples": array("The first of them, at most 20.", _EXAMPLE, [{
                "provider": "north", "before": {"title": "Cinema: Casablanca"}, "after": {"title": "Casablanca"},
            }]),
        },
    ),
    "RuleNew": body("A new rule.", _SETTINGS, ("field", "pattern", "action"), _NEW),
    "RuleChange": body("Settings of a rule to change.", _SETTINGS, (), {"enabled": False}),
    "RuleSetsChoice": body(
        "Sets to turn on or off.",
        {
            "sets": texts("Names of sets.", ["quality"]),
            "all": flag("Instead of names: to turn on, all that are safe; to turn off, all.", False),
            "enabled": flag("Whether they are on.", True), **_PROVIDER,
        },
        ("enabled",), {"sets": ["quality"], "enabled": True},
    ),
    "RuleTest": body(
        "A rule or sets to try.",
        {
            "sets": texts("Names of sets.", ["quality"]),
            **{name: _SETTINGS[name] for name in ("field", "pattern", "action", "value")}, **_PROVIDER,
        },
        (), _NEW,
    ),
}  # fmt: skip
