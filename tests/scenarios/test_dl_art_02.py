"""Đắk Lắk, Article 2."""

from __future__ import annotations

import pytest

from tests.scenarios.story import Story


@pytest.mark.clause("DL-2")
def test_the_press_is_no_party_and_the_radio_centre_is(dl: Story) -> None:
    told = dl.when("press", "SuspicionReported", "dic", "DL-4.7")
    told.refused("DL-4.7/SuspicionReported", "role-not-named", "DL-2")
    dl.given("radio", "SuspicionReported", "dic", "DL-4.7")
