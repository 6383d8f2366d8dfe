"""Keys that people have unlocked for their session: in memory alone, forgotten after a while without use."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.accounts.account import Account
from services.identity.signer import FileSigner
from services.web.house import House

FORGOTTEN_AFTER = timedelta(minutes=15)
"""Without a signature for so long, the passphrase is asked for again."""


@dataclass
class Unlocked:
    """The unlocked keys of this process by session. A passphrase is never kept."""

    _keys: dict[tuple[str, str], tuple[FileSigner, datetime]] = field(default_factory=dict)

    def find(self, session: str, person: Account, now: datetime) -> FileSigner | None:
        """The session's open key, if it was used lately."""
        self._forget(now)
        found = self._keys.get((session, person.author))
        return None if found is None else found[0]

    async def unlock(self, session: str, house: House, person: Account, passphrase: str, now: datetime) -> FileSigner:
        """Open the key of the person's signatory. Raises `PassphraseWrong` and what key files raise."""
        signatory = person.signatory or ""

        def opened() -> FileSigner:
            signer = FileSigner.of(house.service.folder.root, house.agency, signatory)
            if signer.locked:
                signer.unlock(passphrase)
            return signer

        signer = await asyncio.to_thread(opened)
        self._keys[session, person.author] = (signer, now)
        return signer

    def used(self, session: str, person: Account, now: datetime) -> None:
        """Note that the key was used: its time begins again."""
        if (found := self._keys.get((session, person.author))) is not None:
            self._keys[session, person.author] = (found[0], now)

    def lock(self, session: str, person: Account) -> None:
        """Forget the session's key."""
        if (found := self._keys.pop((session, person.author), None)) is not None:
            found[0].lock()

    def _forget(self, now: datetime) -> None:
        for key, (signer, used_at) in list(self._keys.items()):
            if now - used_at > FORGOTTEN_AFTER:
                signer.lock()
                del self._keys[key]
