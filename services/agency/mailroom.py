"""Where an agency's mail is taken in, and what follows from it: receipts owed, newer directories, files, repair."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from events.arrival import Arrival, Check
from events.signature import Signer
from services.agency.admitting import Intake, take_in
from services.agency.attachments.traffic import AttachmentTraffic
from services.agency.directory_keeper import DirectoryKeeper
from services.agency.exchange import Exchange
from services.agency.holding_area import HoldingArea
from services.agency.record_transaction import RecordTransaction
from services.agency.stubborn_mail import take_in_despite_faults
from services.agency.writer import Writer


class Mailroom:
    """Mail of one agency. `totals` counts what was admitted, refused, parked and put aside since the start."""

    def __init__(
        self,
        writer: Writer,
        exchange: Exchange,
        attachments: AttachmentTraffic,
        directory: DirectoryKeeper,
        service_signer: Signer,
        now: Callable[[], datetime],
    ) -> None:
        self.totals = Intake()
        self._writer = writer
        self._exchange = exchange
        self._attachments = attachments
        self._directory = directory
        self._service_signer = service_signer
        self._now = now

    async def receive(self, arrivals: list[Arrival]) -> Intake:
        """Take in messages: stored when this returns.

        A message over which the examination itself fails stops no other: it goes to quarantine.
        """
        intake = await take_in_despite_faults(
            self._writer, arrivals, lambda: (self._directory.context, self._service_signer, self._now())
        )
        await self._follow(intake)
        return intake

    async def retry_inbox(self) -> Intake:
        """Examine parked and quarantined messages again."""
        intake = await self._writer.run(lambda transaction: self._examine_again(transaction, ()))
        await self._follow(intake)
        return intake

    async def look_at_directory(self) -> None:
        """Take up a newer directory from the folder: mail that lacked a key is examined again, a DIC passes it on."""
        before = await self._directory.look()
        if before is None:
            return
        context = self._directory.context
        # Whoever was unknown may be known now.
        intake = await self._writer.run(lambda transaction: self._examine_again(transaction, (Check.KEY,)))
        await self._follow(intake)
        if "dic" in context.directory.roles_of(context.me, self._now()):
            for peer in sorted(set(context.directory.agencies) - {context.me, "auditor"}):
                await self._exchange.send_directory(peer, after_version=before)

    def _examine_again(self, transaction: RecordTransaction, checks: tuple[int, ...]) -> Intake:
        area = HoldingArea(transaction)
        arrivals = area.quarantined_arrivals(checks=checks)
        if not checks:
            arrivals += area.parked_arrivals()
        return take_in(transaction, arrivals, self._directory.context, self._service_signer, self._now())

    async def _follow(self, intake: Intake) -> None:
        self.totals.count(intake)
        follow = intake.follow_ups
        if follow.directory_notes:
            if await self._directory.take(follow.directory_notes):
                # Versions before it are missing here: telling ours brings them.
                follow.announce_to |= set(self._directory.context.directory.agencies_with_role("dic", self._now()))
            await self.look_at_directory()
        await self._exchange.act_on(follow)
        await self._attachments.act_on(follow.about_attachments)
