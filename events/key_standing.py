"""Whether a key's signature counts: the key must be valid at the event's time, and not revoked before it arrived."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from events.agency import KeyRecord


class KeyStanding(StrEnum):
    """What a key's period and revocation say of an event it signed."""

    VALID = "valid"
    VALID_LATE = "valid_late"
    """Signed in the key's period, delivered after its ordinary expiry: admitted, and marked late."""
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED_BEFORE_SIGNING = "expired_before_signing"
    REVOKED = "revoked"

    @property
    def admits(self) -> bool:
        """Whether an event of this standing may be admitted."""
        return self in {KeyStanding.VALID, KeyStanding.VALID_LATE}


def key_standing(key: KeyRecord, *, at: datetime, arrived: datetime, now: datetime) -> KeyStanding:
    """The standing of a key for an event dated `at`, stored by the broker at `arrived` and examined at `now`.

    1. Revoked: whoever holds a stolen key can date an event as he likes, so the event's own time proves nothing. What
       is dated, or was stored, at `revoked_at` or later is refused. Where a receipt or checkpoint proves the event
       older than the broker's storing of it (a resend, a repair), the caller passes that instant as `arrived`.
    2. The key's period holds for the event's time.
    3. An ordinary expiry after that only makes the delivery late.

    In a network of `clock: simulated` the broker's time is of another clock: pass the simulated `now` as `arrived`.
    """
    if key.revoked_at is not None and (at >= key.revoked_at or arrived >= key.revoked_at):
        return KeyStanding.REVOKED
    if at < key.not_before:
        return KeyStanding.NOT_YET_VALID
    if at >= key.not_after:
        return KeyStanding.EXPIRED_BEFORE_SIGNING
    return KeyStanding.VALID_LATE if max(arrived, now) >= key.not_after else KeyStanding.VALID
