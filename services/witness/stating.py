"""Stating the exchange view: its digest goes to the auditor now and then, and his replay must reproduce it."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from events.audit.log_keys import AUDITOR
from events.types.transparency import ExchangeViewStated
from services.agency.exchange_statement import exchange_view_statement
from services.agency.issuing import issue_protocol
from services.agency.record_transaction import RecordTransaction
from services.witness.means import Means
from services.witness.notebook import VIEW, Notebook


class ViewStatements:
    """Run `run` as standing work. `folder` is the agency's: the view lies there between statements."""

    def __init__(self, means: Means, folder: Path) -> None:
        self._means = means
        self._folder = folder

    async def run(self) -> None:
        """State the view until cancelled: at the interval that is set, if documents have come or gone."""
        while True:
            await asyncio.sleep(self._means.settings.view_every_seconds)
            await self.state()

    async def state(self) -> bool:
        """State the view as it stands; false if nothing has moved, signing is held or the key does not count."""
        if self._means.key is None:
            return False
        content = await asyncio.to_thread(exchange_view_statement, self._means.record, self._folder)
        if content is None:
            return False
        return await self._means.writer.run(partial(self._say, content))

    def _say(self, content: ExchangeViewStated, transaction: RecordTransaction) -> bool:
        notebook = Notebook.within(transaction)
        # The digest covers the point at which the view stands as well.
        if notebook.noted(VIEW) == content.view_digest:
            return False
        issue_protocol(transaction, content, (AUDITOR,), self._means.service, self._means.context(), self._means.now())
        notebook.note(VIEW, content.view_digest)
        return True
