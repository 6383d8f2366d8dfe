"""One telling content of each event type."""

from __future__ import annotations

from events.content import Content
from tests.contract.sample_documents import DOCUMENTS
from tests.contract.sample_protocol import MESSAGES

SAMPLES: tuple[Content, ...] = DOCUMENTS + MESSAGES
"""A content of every event type, in the catalogue's order."""
