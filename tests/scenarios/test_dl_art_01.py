"""Đắk Lắk, Article 1."""

from __future__ import annotations

import pytest

from events.values.matter import Field
from tests.scenarios.story import Story


@pytest.mark.clause("DL-1")
def test_broadcasting_is_outside(dl: Story) -> None:
    told = dl.when("vnpt", "SuspicionReported", "dic police", "DL-10.3", fields=(Field.BROADCASTING,))
    told.refused("DL-10.3/SuspicionReported", "field-out-of-scope", "DL-1")
