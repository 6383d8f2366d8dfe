"""Waiting for what comes of a look-up."""

from __future__ import annotations

import time

from services.agency.record import Record
from services.agency.wake import RecordGrowth
from services.documents import Document
from services.documents.lookups import lookup_document


def await_answer(record: Record, request: str, wait_seconds: float) -> Document:
    """As `lookup_document`, once the answer and the record of it are here, or the time is over.

    The agency's service, another process, writes them and says so.
    """
    until = time.monotonic() + wait_seconds
    with RecordGrowth(record.path.parent) as growth:
        while True:
            document = lookup_document(record, request)
            if (document["answer"] and document["consultation"]) or (left := until - time.monotonic()) <= 0:
                return document
            growth.wait(left)
