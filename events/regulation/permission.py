"""May a role tell another role this kind of thing, and by which clause: the rule table asked without any event."""

from __future__ import annotations

from dataclasses import dataclass

from events.regulation.row import RuleRow
from events.regulation.table import RuleTable


@dataclass(frozen=True, slots=True)
class Permission:
    """The answer. `rows` are those that let it; without any, `clause` and the texts say what stands against it."""

    rows: tuple[RuleRow, ...]
    clause: str | None
    text_vi: str
    text_en: str
    origin: str

    @property
    def allowed(self) -> bool:
        """Whether some row lets it, if its conditions hold."""
        return bool(self.rows)

    def text(self, lang: str) -> str:
        """The sentence in Vietnamese (`vi`) or English (`en`)."""
        return self.text_en if lang == "en" else self.text_vi


def may(rules: RuleTable, sender: str, event_type: str, recipient: str) -> Permission:
    """Whether a holder of the role `sender` may send the type to a holder of the role `recipient`.

    A row open to lead or participants lets any role of the regulation that can have that place. What else the row
    asks (state of the case, conditions) is not judged here.
    """
    of_type = rules.by_type.get(event_type, ())
    protocol = any(row.is_protocol for row in of_type)
    for role in (sender, recipient):
        if not protocol and role not in rules.named_roles:
            return Permission(
                (), rules.party_clause,
                f"Quy chế không nêu vai trò “{role}”; chỉ các bên được nêu mới tham gia trao đổi.",
                f"The regulation names no role {role!r}; only the parties that it names take part.", "text",
            )  # fmt: skip
    fitting = tuple(row for row in of_type if _sends(row, sender))
    rows = tuple(row for row in fitting if _hears(row, recipient))
    if rows:
        first = rows[0]
        return Permission(rows, first.clause, first.text_vi, first.text_en, first.origin)
    if (entry := rules.forbidden_to(event_type, sender)) is not None:
        return Permission((), entry.clause, entry.text_vi, entry.text_en, entry.origin)
    if nearest := (fitting or of_type):
        row = nearest[0]
        return Permission((), row.clause, row.text_vi, row.text_en, row.origin)
    return Permission(
        (), rules.party_clause, "Quy chế không có quy định nào cho loại văn bản này.",
        "The regulation has no rule for this type of event.", "text",
    )  # fmt: skip


def _sends(row: RuleRow, role: str) -> bool:
    if any(role in named for _, named in row.yields_to):
        return False
    return row.admits_role(role) or row.from_lead or row.from_participants


def _hears(row: RuleRow, role: str) -> bool:
    return row.recipient_roles is None or role in row.recipient_roles or row.to_lead or row.to_participants
