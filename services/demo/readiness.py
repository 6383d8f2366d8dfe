"""What a step waits for before it is played, and what it finds then."""

from __future__ import annotations

from collections.abc import Mapping

from events.signed_event import SignedEvent
from services.demo.step import Step
from services.demo.watching import Watch, refusal_of

LONGEST_WAIT_SECONDS = 60.0
"""A scenario that waits for longer stands still."""
_POLICY_AUTHOR = "policy:"


async def until_held(step: Step, events: Mapping[str, SignedEvent], watch: Watch) -> None:
    """Wait until the actor holds every event that it names, and others what the step waits for.

    Raises `ConditionUnmet`.
    """
    wanted = [(step.by, label) for label in step.must_hold] + [(w.agency, w.holds) for w in step.waits]
    for agency, label in wanted:
        event_id = events[label].envelope.id

        def holds(agency: str = agency, event_id: str = event_id) -> bool:
            return watch.held(agency, event_id) is not None

        await watch.until(holds, f"{agency} holds the event of step {label}", LONGEST_WAIT_SECONDS)
    for wait in step.waits:
        if not wait.files:
            continue

        def confirmed(agency: str = wait.agency, event: SignedEvent = events[wait.holds]) -> bool:
            return watch.confirmed_files(agency, event)

        what = f"{wait.agency} has confirmed the attachments of step {wait.holds}"
        await watch.until(confirmed, what, LONGEST_WAIT_SECONDS)


def proposed_draft(step: Step, cause: str, watch: Watch) -> str | None:
    """The id of the draft that a policy of the actor laid for the event `cause`."""
    for entry in watch.local(step.by, "DraftSaved"):
        about = entry.data
        is_wanted = about.get("type") == step.type and about.get("cause") == cause
        if is_wanted and str(about.get("author", "")).startswith(_POLICY_AUTHOR):
            return entry.subject
    return None


def refusal_clause(sender: str, recipient: str, event_id: str, watch: Watch) -> str | None:
    """The clause under which a recipient told the sender that it refused an event; empty without one."""
    for entry in watch.from_peer(sender, recipient, "EventRefused"):
        refusal = refusal_of(entry)
        if refusal is not None and refusal.event == event_id:
            return refusal.clause or ""
    return None
