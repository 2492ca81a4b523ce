"""The routes of rules."""

from ...base.params import Param
from ..route_kinds import Route, read_route, write_route

RULE_ROUTES: tuple[Route, ...] = (
    read_route("rules", "/rules", "Rules that people wrote, in the order in which they run", "Rule", rows=True),
    write_route("rule_create", "POST", "/rules", "Add a rule; stored programmes follow", "RuleDone", "RuleNew", 201),
    read_route("rule", "/rules/{id}", "One rule", "Rule"),
    write_route("rule_update", "PATCH", "/rules/{id}", "Change a rule; stored programmes follow", "RuleDone", "RuleChange"),
    write_route("rule_delete", "DELETE", "/rules/{id}", "Delete a rule; stored programmes follow", None, status=204),
    read_route(
        "rule_sets", "/rules/sets", "Sets of rules that ship, and whether they are on", "RuleSet",
        Param("provider", "text", "Whether they are on for this provider; name or id."), rows=True, live=True,
    ),
    write_route("rule_sets_choose", "PUT", "/rules/sets", "Turn sets on or off", "RuleSetsDone", "RuleSetsChoice"),
    write_route(
        "rules_test", "POST", "/rules/test", "What a rule or sets would change; nothing is changed", "RuleTrial", "RuleTest",
    ),
)  # fmt: skip
