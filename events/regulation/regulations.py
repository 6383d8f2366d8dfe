"""From a rule file to a rule table: every word looked up, every condition bound, contradictions refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

from events.case_parts import CaseStatus
from events.catalogue import EVENT_TYPES, PROTOCOL_TYPES
from events.errors import RulesInvalid
from events.regulation import row_checks, vocabulary
from events.regulation.conditions import bind
from events.regulation.row import Check, Forbidden, Include, RuleRow
from events.regulation.rule_file import (
    CAPACITIES,
    AlwaysEntry,
    CheckEntry,
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
    return build_table(regulation, [(name, _text(name)) for name in names])


def _text(name: str) -> str:
    try:
        return (_RULES / name).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RulesInvalid(name, "-", f"not UTF-8: {error.reason} at byte {error.start}") from error


def build_table(regulation: str, files: Sequence[tuple[str, str]]) -> RuleTable:
    """The table of some rule files, (name, text) each. Raises `RulesInvalid`.

    The first file is the regulation's head: it says who can be a party, and what it says of groups, of conditions that
    hold always and of signatories holds in the regulation's other files too.
    """
    parsed = [(name, parse_rule_file(name, text)) for name, text in files]
    head = parsed[0][1]
    whole = tuple(entry for _, file in parsed for entry in file.row)
    compilers = [_Compiler(name, regulation, file, head, whole) for name, file in parsed]
    party_clause = compilers[0].head()
    for compiler in compilers[1:]:
        compiler.no_head()
    rows: list[RuleRow] = []
    for compiler in compilers:
        compiler.add_rows(rows)
    for compiler in compilers:
        compiler.check_yielding(rows)
    forbidden: list[Forbidden] = []
    for compiler in compilers:
        compiler.add_forbidden(rows, forbidden)
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

    def head(self) -> str:
        """Check what the first file says for all, used or not; the clause that names the parties."""
        for name, words in self._file.groups.items():
            self._at = f"groups.{name}"
            self._role_words(words)
        for signatory, clause in self._file.signatory_clauses.items():
            self._at = f"signatory_clauses.{signatory}"
            self._clause(clause)
        for number, always in enumerate(self._file.always, 1):
            self._at = f"always {number} ({always.clause}/{always.check})"
            self._check(always)
            for event_type in always.types:
                self._type(event_type)
        self._at = "party_clause"
        if self._file.party_clause is None:
            raise self._fault("is missing: say which clause names the parties")
        return self._clause(self._file.party_clause)

    def no_head(self) -> None:
        """A later file says nothing that only the first is asked for: it would hold nowhere."""
        for name in ("party_clause", "signatory_clauses", "groups", "always"):
            if getattr(self._file, name):
                self._at = name
                raise self._fault("is said in the regulation's first file alone")

    def add_rows(self, rows: list[RuleRow]) -> None:
        """Append the file's rows to those of the files before."""
        for entry in self._file.row:
            self._at = entry.id
            if any(entry.id == other.id for other in rows):
                raise self._fault("stands twice; give the second one a `variant`")
            row = self._row(entry)
            self._sound(
                row_checks.row_problem(entry) or row_checks.include_problem(row) or row_checks.shadowed(row, rows)
            )
            rows.append(row)

    def check_yielding(self, rows: Sequence[RuleRow]) -> None:
        """No row of the file gives way to one that gives way to it."""
        for entry in self._file.row:
            self._at = entry.id
            row = next(row for row in rows if row.id == entry.id)
            self._sound(row_checks.yields_in_a_circle(row, rows))

    def add_forbidden(self, rows: Sequence[RuleRow], forbidden: list[Forbidden]) -> None:
        """Append what the file forbids to what the files before do."""
        for entry in self._file.forbidden:
            self._at = f"forbidden {entry.clause}/{entry.type}"
            roles = self._role_set(self._words(entry.roles, places=False))
            event_type, clause = self._type(entry.type), self._clause(entry.clause)
            if event_type in PROTOCOL_TYPES:
                raise self._fault("a protocol message is forbidden to nobody")
            made = Forbidden(event_type, clause, roles, entry.origin, entry.text_vi, entry.text_en)
            self._sound(row_checks.forbidden_problem(made, rows, forbidden))
            forbidden.append(made)

    def _sound(self, problem: str | None) -> None:
        if problem is not None:
            raise self._fault(problem)

    def _row(self, entry: RowEntry) -> RuleRow:
        event_type = self._type(entry.type)
        if (entry.kind == "protocol") != (event_type in PROTOCOL_TYPES) or (entry.kind == "protocol") != (
            entry.clause is None
        ):
            raise self._fault("rows of kind `protocol`, and they alone, are for protocol messages and cite no clause")
        if entry.clause is not None:
            named = event_type in self._clauses[self._clause(entry.clause)].events
            # Of what clauses.csv names there some is ours (its last column): a row may say so, but not the reverse.
            if entry.origin == "text" and not named:
                raise self._fault(f"clauses.csv does not name {event_type} there; origin must say so")
        parties_alone = entry.kind != "protocol"
        senders = self._words(entry.senders, parties_alone=parties_alone)
        recipients = self._words(entry.recipients, parties_alone=parties_alone)
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
            yields_in_category_to=tuple(self._yield_in_category(entry, each) for each in entry.yields_in_category_to),
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

    def _yield_in_category(self, entry: RowEntry, clause: str) -> tuple[str, frozenset[str], frozenset[str]]:
        clause, roles = self._yield(entry, clause)
        special = [row for row in self._whole if row.clause == clause and row.type == entry.type]
        if any(row.categories is None for row in special):
            raise self._fault(f"yields in its categories to {clause}, which is about all: say `yields_to`")
        return clause, roles, frozenset(category for row in special for category in row.categories or ())

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

    def _words(self, words: Sequence[str], *, places: bool = True, parties_alone: bool = False) -> tuple[str, ...]:
        """Roles, places and `any`, with the groups unfolded; `parties_alone` leaves out whom no regulation names."""
        found: list[str] = []
        for word in words:
            if word.startswith("@"):
                if word[1:] not in self._head.groups:
                    raise self._fault(f"no group {word!r} in the regulation's first file")
                found.extend(self._role_words(self._head.groups[word[1:]]))
            else:
                found.append(word)
        roles = vocabulary.named_roles(self._regulation) if parties_alone else self._roles
        self._known(found, (*roles, *(_PLACES if places else ()), "any"), "role")
        if "any" in found and len(found) > 1:
            raise self._fault("`any` stands beside other words that it includes")
        if len(set(found)) != len(found):
            raise self._fault(f"a role stands twice in {list(words)}")
        return tuple(found)

    def _role_words(self, words: Sequence[str]) -> tuple[str, ...]:
        self._known(words, self._roles, "role")
        return tuple(words)

    def _role_set(self, words: Sequence[str]) -> frozenset[str] | None:
        return None if "any" in words else frozenset(words) - set(_PLACES)

    def _known(self, words: Iterable[str], known: Iterable[str], what: str) -> None:
        if unknown := sorted(set(words) - set(known)):
            raise self._fault(f"unknown {what} {', '.join(map(repr, unknown))} under {self._regulation}")
