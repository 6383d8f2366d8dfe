"""One telling content of each event type."""

from __future__ import annotations

from events.content import Content
from tests.contract.sample_documents import DOCUMENTS
from tests.contract.sample_protocol import MESSAGES
from tests.contract.samples_direction import DIRECTIONS
from tests.contract.samples_inspection import INSPECTIONS
from tests.contract.samples_reports import ATTACHMENTS, REPORTS
from tests.contract.samples_services import SERVICES
from tests.contract.samples_transparency import TRANSPARENCY

SAMPLES: tuple[Content, ...] = (
    DOCUMENTS + MESSAGES + DIRECTIONS + INSPECTIONS + SERVICES + REPORTS + ATTACHMENTS + TRANSPARENCY
)
"""A content of every event type, in the catalogue's order."""
