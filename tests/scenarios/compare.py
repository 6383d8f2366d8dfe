"""The two regulations side by side, made from their rule rows: `python -m tests.scenarios.compare`.

Writes docs/regulations-compared.md; a test fails while the page is not what the rows say.
"""

from __future__ import annotations

from pathlib import Path

from events.calendar.duties import duties_of
from events.catalogue import CATALOGUE, EVENT_TYPES, PROTOCOL_TYPES
from events.regulation.regulations import load_rules
from events.regulation.row import RuleRow
from events.regulation.rule_file import CAPACITIES
from events.regulation.vocabulary import REGULATIONS, clauses, competence, roles

PAGE = Path(__file__).parents[2] / "docs/regulations-compared.md"

_QUESTIONS = (
    ("Who may order a suspension", "SuspensionOrdered"),
    ("Who stops a service, and on what", "SuspensionExecuted"),
    ("Who reports a suspicion to whom", "SuspicionReported"),
    ("Who may withhold information", "InfoWithheld"),
    ("Who may decline coordination", "CoordinationDeclined"),
    ("Who asks for an expert assessment", "ExpertAssessmentRequested"),
    ("Who performs it", "ExpertAssessmentDelivered"),
    ("Whose council", "AssessmentCouncilEstablished"),
    ("The focal point", "FocalPointDesignated"),
    ("An emergency told by phone", "EmergencyNoticeGiven"),
    ("A look-up", "RecordConsulted"),
    ("A deputy signs", "DelegationGranted"),
    ("A disagreement", "DisagreementRaised"),
    ("Outside help", "SupportProposed"),
    ("Periodic reports", "ReportSubmitted"),
    ("The consolidated report", "ReportConsolidated"),
    ("Meetings and reviews", "MeetingCalled"),
)

_SIGNATURES = (
    (CAPACITIES["head"], "the head's and no other"),
    (CAPACITIES["any"], "the head's, a deputy's, or that of the agency's service"),
)


def page() -> str:
    """The page as it has to stand."""
    lines = [
        "# The two regulations side by side",
        "",
        "Made from the rule rows by `python -m tests.scenarios.compare`; do not edit. A clause in *italics* is our",
        "addition; a struck one is what stands against it. Conditions of a row: `phoihop regulations show`.",
        "",
        f"| | {' | '.join(REGULATIONS)} |",
        "| --- | --- | --- |",
    ]
    for question, event_type in _QUESTIONS:
        cells = [_cell(regulation, event_type) for regulation in REGULATIONS]
        lines.append(f"| **{question}** (`{event_type}`) | {' | '.join(cells)} |")
    lines += ["", "## Whose signature", "", f"| it takes | {' | '.join(REGULATIONS)} |", "| --- | --- | --- |"]
    for capacities, words in _SIGNATURES:
        signed = [_signed(regulation, capacities) for regulation in REGULATIONS]
        lines.append(f"| {words} | {' | '.join(signed)} |")
    lines.append(f"| the head's, or a deputy's for the head |{' every other document |' * len(REGULATIONS)}")
    lines += ["", "## What falls due by the calendar", "", f"| | {' | '.join(REGULATIONS)} |", "| --- | --- | --- |"]
    for kind in dict.fromkeys(duty.kind for regulation in REGULATIONS for duty in duties_of(regulation)):
        owed = [_owed(regulation, kind) for regulation in REGULATIONS]
        lines.append(f"| **{kind.replace('_', ' ').capitalize()}** | {' | '.join(owed)} |")
    lines += ["", "## Roles", "", f"| role | {' | '.join(REGULATIONS)} |", "| --- | --- | --- |"]
    known = {regulation: roles(regulation) for regulation in REGULATIONS}
    for role in dict.fromkeys(name for each in known.values() for name in each):
        standings = [
            known[regulation][role].standing if role in known[regulation] else "–" for regulation in REGULATIONS
        ]
        lines.append(f"| {role} | {' | '.join(standings)} |")
    lines += ["", "## Who is competent to lead", "", f"| category | {' | '.join(REGULATIONS)} |", "| --- | --- | --- |"]
    for category in dict.fromkeys(name for regulation in REGULATIONS for name in competence(regulation)):
        leads = [", ".join(competence(regulation).get(category, ())) or "–" for regulation in REGULATIONS]
        lines.append(f"| {category} | {' | '.join(leads)} |")
    lines += ["", "## Every event type", "", f"| type | {' | '.join(REGULATIONS)} |", "| --- | --- | --- |"]
    for event_type in EVENT_TYPES:
        if event_type not in PROTOCOL_TYPES:
            cited = [_clauses(regulation, event_type) for regulation in REGULATIONS]
            lines.append(f"| `{event_type}`: {CATALOGUE[event_type, 1].MEANING_EN} | {' | '.join(cited)} |")
    counts = ", ".join(f"{len(clauses(regulation))} of {regulation}" for regulation in REGULATIONS)
    return "\n".join([*lines, "", f"Clauses: {counts}.", ""])


def _cell(regulation: str, event_type: str) -> str:
    rules = load_rules(regulation)
    said = [f"{_cited(row)} {row.text_en}" for row in rules.by_type.get(event_type, ())]
    said += [f"~~{entry.clause}~~ {entry.text_en}" for entry in rules.forbidden if entry.event_type == event_type]
    return "<br>".join(said) or "no clause carries it"


def _signed(regulation: str, capacities: frozenset[str]) -> str:
    rows = [row for row in load_rules(regulation).rows if not row.is_protocol and row.capacities == capacities]
    types = dict.fromkeys(row.event_type for row in rows)
    cited = {name: ", ".join(dict.fromkeys(_cited(row) for row in rows if row.event_type == name)) for name in types}
    return "<br>".join(f"`{name}` ({clauses})" for name, clauses in sorted(cited.items())) or "–"


def _owed(regulation: str, kind: str) -> str:
    said = [f"{duty.clause} {duty.text_en}" for duty in duties_of(regulation) if duty.kind == kind]
    return "<br>".join(said) or "–"


def _clauses(regulation: str, event_type: str) -> str:
    rows = load_rules(regulation).by_type.get(event_type, ())
    return ", ".join(dict.fromkeys(_cited(row) for row in rows)) or "–"


def _cited(row: RuleRow) -> str:
    return f"*{row.clause}*" if row.origin == "ours" else str(row.clause)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
