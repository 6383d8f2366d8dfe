"""Keys that people have unlocked for their session: in memory alone, and no longer than the session needs them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import structlog

from services.accounts.account import Account
from services.identity.signer import FileSigner
from services.web.house import House

_log = structlog.get_logger(__name__)

FORGOTTEN_AFTER_SECONDS = 15 * 60.0
"""Without a signature for so long, the passphrase is asked for again. Real time, also where the clock is simulated."""
CHECKED_EVERY_SECONDS = 10.0
"""How often it is asked whether the session still stands: accounts change in other processes, which say nothing."""


@dataclass
class _Open:
    """A key that was unlocked. `used_at` is the loop's time, in seconds."""

    signer: FileSigner
    house: House
    used_at: float
    timer: asyncio.TimerHandle | None = None


@dataclass
class Unlocked:
    """The unlocked keys of this process by session. A passphrase is never kept. Used from one event loop."""

    forgotten_after_seconds: float = FORGOTTEN_AFTER_SECONDS
    checked_every_seconds: float = CHECKED_EVERY_SECONDS
    _keys: dict[bytes, _Open] = field(default_factory=dict)
    _checks: set[asyncio.Task[None]] = field(default_factory=set)

    def find(self, session: bytes) -> FileSigner | None:
        """The session's open key, if it was used lately."""
        found = self._keys.get(session)
        if found is not None and self._left_seconds(found) <= 0:
            self.lock(session)
            return None
        return None if found is None else found.signer

    async def unlock(self, session: bytes, house: House, person: Account, passphrase: str) -> FileSigner:
        """Open the key of the person's signatory. Raises `PassphraseWrong` and what key files raise."""
        signatory = person.signatory or ""

        def opened() -> FileSigner:
            signer = FileSigner.of(house.service.folder.root, house.agency, signatory)
            if signer.locked:
                signer.unlock(passphrase)
            return signer

        signer = await asyncio.to_thread(opened)
        if (found := self.find(session)) is not None:
            # A second click opened it meanwhile; what is being signed with it goes on.
            signer.lock()
            return found
        self._keys[session] = _Open(signer, house, _now_seconds())
        self._wait(session)
        return signer

    def used(self, session: bytes) -> None:
        """Note that the key was used: its time begins again."""
        if (found := self._keys.get(session)) is not None:
            found.used_at = _now_seconds()

    def lock(self, session: bytes) -> None:
        """Forget the session's key."""
        if (found := self._keys.pop(session, None)) is not None:
            found.signer.lock()
            if found.timer is not None:
                found.timer.cancel()

    def lock_all(self) -> None:
        """Forget every key."""
        for session in list(self._keys):
            self.lock(session)

    def _left_seconds(self, opened: _Open) -> float:
        return opened.used_at + self.forgotten_after_seconds - _now_seconds()

    def _wait(self, session: bytes) -> None:
        opened = self._keys[session]
        pause_seconds = max(0.0, min(self.checked_every_seconds, self._left_seconds(opened)))
        opened.timer = asyncio.get_running_loop().call_later(pause_seconds, self._begin_check, session)

    def _begin_check(self, session: bytes) -> None:
        if (opened := self._keys.get(session)) is None:
            return
        if self._left_seconds(opened) <= 0:
            self.lock(session)
            return
        task = asyncio.create_task(self._check(session, opened), name="unlocked key")
        self._checks.add(task)
        task.add_done_callback(self._checks.discard)

    async def _check(self, session: bytes, opened: _Open) -> None:
        stands = False
        try:
            stands = await asyncio.to_thread(opened.house.accounts.stands, session, opened.house.now())
        except Exception:  # noqa: BLE001 - whether anybody may still use the key is not known: it is forgotten
            _log.exception("a session could not be looked at, its key is locked", agency=opened.house.agency)
        if self._keys.get(session) is not opened:
            return
        if stands:
            self._wait(session)
        else:
            self.lock(session)


def _now_seconds() -> float:
    return asyncio.get_running_loop().time()
