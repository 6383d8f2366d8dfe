"""From a rule file to a rule table: every word looked up, every condition bound, contradictions refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

from events.case_parts import CaseStatus
from events.catalogue import EVENT_TYPES, PROTOCOL_TYPES
from events.errors import RulesInvalid
from events.regulation import vocabulary
from events.regulation.conditions import bind
from events.regulation.row import Check, Forbidden, Include, RuleRow
from events.regulation.rule_file import (
    CAPACITIES,
    AlwaysEntry,
    CheckEntry,
    ForbiddenEntry,
    RowEntry,
    RuleFile,
    parse_rule_file,
)
from events.regulation.table import RuleTable

_RULES = resources.files("events.regulation") / "rules"
_PLACES = ("lead", "participants")


@cache
def load_rules(regulation: str) -> RuleTable:
    """The rule table of a regulation, such as `lao-cai-29-2008`, with the protocol's rows.

    Raises `RulesInvalid` for an unknown regulation or a file that does not hold together.
    """
    if regulation not in vocabulary.REGULATIONS:
        raise RulesInvalid(f"{regulation}.toml", "-", f"no such regulation; known: {', '.join(vocabulary.REGULATIONS)}")
    parts = sorted(f.name for f in _RULES.iterdir() if f.name.startswith(f"{regulation}.") and f.name.count(".") == 2)
    names = (f"{regulation}.toml", *parts, "protocol.toml")
    return build_table(regulation, [(name, (_RULES / name).read_text(encoding="utf-8")) for name in names])


def build_table(regulation: str, files: Sequence[tuple[str, str]]) -> RuleTable:
    """The table of some rule files, (name, text) each. Raises `RulesInvalid`.

    The first file is the regulation's head: it says who can be a party, and what it says of groups, of conditions that
    hold always and of signatories holds in the regulation's other files too.
    """
    parsed = [(name, parse_rule_file(name, text)) for name, text in files]
    head = parsed[0][1]
    whole = tuple(entry for _, file in parsed for entry in file.row)
    compilers = [_Compiler(name, regulation, file, head, whole) for name, file in parsed]
    party_clause = compilers[0].party_clause()
    seen: set[str] = set()
    rows = [row for compiler in compilers for row in compiler.rows(seen)]
    forbidden = [entry for compiler in compilers for entry in compiler.forbidden(rows)]
    named = vocabulary.named_roles(regulation)
    return RuleTable(
        regulation, party_clause, named, frozenset(vocabulary.roles(regulation)), tuple(rows), tuple(forbidden)
    )


class _Compiler:
    """One file on its way into a table: it knows where it stands, for messages."""

    def __init__(self, name: str, regulation: str, file: RuleFile, head: RuleFile, whole: tuple[RowEntry, ...]) -> None:
        self._name, self._regulation, self._file, self._head, self._whole = name, regulation, file, head, whole
        self._clauses = vocabulary.clauses(regulation)
        self._roles = vocabulary.roles(regulation)
        self._at = "-"
        if file.regulation not in (regulation, "protocol"):
            raise self._fault(f"regulation is {file.regulation!r}, not {regulation!r}")

    def _fault(self, problem: str) -> RulesInvalid:
        return RulesInvalid(self._name, self._at, problem)

    def party_clause(self) -> str:
        self._at = "party_clause"
        if self._file.party_clause is None:
            raise self._fault("is missing: say which clause names the parties")
        return self._clause(self._file.party_clause)

    def rows(self, seen: set[str]) -> Iterable[RuleRow]:
        """The file's rows; `seen` collects the ids of all files."""
        for entry in self._file.row:
            self._at = entry.id
            if entry.id in seen:
                raise self._fault("stands twice; give the second one a `variant`")
            seen.add(entry.id)
            yield self._row(entry)

    def forbidden(self, rows: Sequence[RuleRow]) -> Iterable[Forbidden]:
        for entry in self._file.forbidden:
            self._at = f"forbidden {entry.clause}/{entry.type}"
            yield self._forbidden(entry, rows)

    def _row(self, entry: RowEntry) -> RuleRow:
        event_type = self._type(entry.type)
        if (entry.kind == "protocol") != (event_type in PROTOCOL_TYPES) or (entry.kind == "protocol") != (
            entry.clause is None
        ):
            raise self._fault("rows of kind `protocol`, and they alone, are for protocol messages and cite no clause")
        if entry.clause is not None:
            named = event_type in self._clauses[self._clause(entry.clause)].events
            if named != (entry.origin == "text"):
                raise self._fault(
                    f"clauses.csv {'names' if named else 'does not name'} {event_type} there; origin must say so"
                )
        senders, recipients = self._words(entry.senders), self._words(entry.recipients)
        if set(senders) & set(_PLACES) and entry.case != "required":
            raise self._fault('senders `lead` and `participants` need `case = "required"`')
        if entry.case == "required" and not entry.status:
            raise self._fault("a row that needs a case says which `status` allows it")
        if any(status not in set(CaseStatus) for status in entry.status):
            raise self._fault(f"status {entry.status} is not among {', '.join(CaseStatus)}")
        self._known(entry.categories or (), vocabulary.competence(self._regulation), "category")
        return RuleRow(
            id=entry.id, clause=entry.clause, event_type=event_type, kind=entry.kind, origin=entry.origin,
            sender_roles=self._role_set(senders), from_lead="lead" in senders,
            from_participants="participants" in senders,
            recipient_roles=self._role_set(recipients), to_lead="lead" in recipients,
            to_participants="participants" in recipients,
            include=tuple(Include(frozenset(self._role_words(i.roles)), i.all) for i in entry.include),
            outside_roles=frozenset(self._role_words(entry.outside)),
            capacities=CAPACITIES[entry.signatory], signatory_clause=self._signatory_clause(entry),
            case=entry.case, statuses=entry.statuses, addressed=entry.addressed,
            categories=frozenset(entry.categories) if entry.categories is not None else None,
            yields_to=tuple(self._yield(entry, clause) for clause in entry.yields_to),
            text_vi=entry.text_vi, text_en=entry.text_en, checks=tuple(self._checks(entry)),
        )  # fmt: skip

    def _checks(self, entry: RowEntry) -> Iterable[Check]:
        if entry.kind != "protocol":
            for always in self._head.always:
                for event_type in always.types:
                    self._type(event_type)
                if not always.types or entry.type in always.types:
                    yield self._check(always)
        for check in entry.conditions:
            yield self._check(check)

    def _check(self, entry: CheckEntry | AlwaysEntry) -> Check:
        clause = self._clause(entry.clause) if entry.clause else None
        try:
            condition = bind(entry.check, entry.params)
        except ValueError as error:
            raise self._fault(str(error)) from error
        return Check(entry.check, condition, entry.params, entry.by, entry.origin, clause)

    def _yield(self, entry: RowEntry, clause: str) -> tuple[str, frozenset[str]]:
        special = [row for row in self._whole if row.clause == self._clause(clause) and row.type == entry.type]
        roles = frozenset(role for row in special for role in self._words(row.senders) if role in self._roles)
        if not roles:
            raise self._fault(f"yields to {clause}, which has no row of this type that names roles")
        return clause, roles

    def _forbidden(self, entry: ForbiddenEntry, rows: Sequence[RuleRow]) -> Forbidden:
        event_type, roles = self._type(entry.type), self._role_set(self._role_words(entry.roles))
        for row in rows:
            if row.event_type == event_type and (
                row.sender_roles is None or (roles or row.sender_roles) & row.sender_roles
            ):
                raise self._fault(f"contradicts row {row.id}, which lets the same role send it")
        clause = self._clause(entry.clause)
        return Forbidden(event_type, clause, roles, entry.origin, entry.text_vi, entry.text_en)

    def _signatory_clause(self, entry: RowEntry) -> str | None:
        clause = self._head.signatory_clauses.get(entry.signatory)
        return self._clause(clause) if clause else None

    def _type(self, event_type: str) -> str:
        if event_type not in EVENT_TYPES:
            raise self._fault(f"no event type {event_type!r} in the catalogue")
        return event_type

    def _clause(self, clause: str) -> str:
        if clause not in self._clauses:
            raise self._fault(f"no clause {clause!r} in clauses.csv for {self._regulation}")
        return clause

    def _words(self, words: Sequence[str]) -> tuple[str, ...]:
        """Roles, places and `any`, with the groups unfolded."""
        found: list[str] = []
        for word in words:
            if word.startswith("@"):
                if word[1:] not in self._head.groups:
                    raise self._fault(f"no group {word!r} in the regulation's first file")
                found.extend(self._role_words(self._head.groups[word[1:]]))
            else:
                found.append(word)
        self._known(found, (*self._roles, *_PLACES, "any"), "role")
        if "any" in found and len(found) > 1:
            raise self._fault("`any` stands beside other words that it includes")
        if len(set(found)) != len(found):
            raise self._fault(f"a role stands twice in {list(words)}")
        return tuple(found)

    def _role_words(self, words: Sequence[str]) -> tuple[str, ...]:
        self._known(words, (*self._roles, "any"), "role")
        return tuple(words)

    def _role_set(self, words: Sequence[str]) -> frozenset[str] | None:
        return None if "any" in words else frozenset(words) - set(_PLACES)

    def _known(self, words: Iterable[str], known: Iterable[str], what: str) -> None:
        if unknown := sorted(set(words) - set(known)):
            raise self._fault(f"unknown {what} {', '.join(map(repr, unknown))} under {self._regulation}")
