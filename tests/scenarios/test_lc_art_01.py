"""Lào Cai, Article 1."""

from __future__ import annotations

import pytest

from events.values.matter import Field
from tests.scenarios.story import Story


@pytest.mark.clause("LC-1.2")
@pytest.mark.parametrize(("role", "reason"), [("radio", "role-not-named"), ("police", "role-not-held")])
def test_a_role_is_named_by_the_regulation_and_held(lc: Story, role: str, reason: str) -> None:
    told = lc.when("radio", "SuspicionReported", "dic", "LC-6.1", role=role)
    told.refused("LC-6.1/SuspicionReported", reason, "LC-1.2")


@pytest.mark.clause("LC-1.2")
def test_nobody_outside_the_directory_hears_or_speaks(lc: Story) -> None:
    told = lc.when("guest", "SuspicionReported", "dic", "LC-6.1", role="police")
    told.refused("LC-6.1/SuspicionReported", "unknown-party", "LC-1.2")
    for stranger in ("guest", "radio", "auditor", "nobody"):
        told = lc.when("police", "InfoShared", stranger, "LC-4.4")
        told.refused("LC-4.4/InfoShared", "unknown-party", "LC-1.2")


@pytest.mark.clause("LC-1.1")
def test_a_field_outside_the_regulation_is_refused(lc: Story) -> None:
    lc.when("sa-pa", "SuspicionReported", "dic", "LC-6.1", fields=(Field.BROADCASTING,)).allowed(
        "LC-6.1/SuspicionReported"
    )
    dl = Story("dak-lak-39-2010")  # which does not cover broadcasting
    said = dl.when("krong-pac", "SuspicionReported", "dic police", "DL-9.3", fields=(Field.BROADCASTING,))
    said.refused("DL-9.3/SuspicionReported", "field-out-of-scope", "DL-1")
