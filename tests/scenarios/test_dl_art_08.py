"""Đắk Lắk, Article 8."""

from __future__ import annotations

import pytest

from events.types.publicity import Medium, Publication
from tests.scenarios.samples import SOME_MOMENT
from tests.scenarios.story import Story


@pytest.mark.clause("DL-8.1")
def test_the_broadcaster_makes_the_law_known(dl: Story) -> None:
    dl.when("dai", "PublicityReported", "dic", "DL-8.1").allowed("DL-8.1/PublicityReported")
    dl.when("dai", "PublicityReported", "police", "DL-8.1").refused("DL-8.1/PublicityReported", "recipient")


@pytest.mark.clause("DL-8.2")
def test_what_is_published_was_listed(dl: Story) -> None:
    asked = dl.when("dic", "PublicityRequested", "dai", "DL-8.2")
    asked.allowed("DL-8.2/PublicityRequested")
    dl.when("dic", "PublicityRequested", "vnpt", "DL-8.2").refused("DL-8.2/PublicityRequested", "recipient")
    dl.hold(asked.event)
    about = {"cause": asked.event, "request": asked.event.id}
    dl.when("dai", "PublicityReported", "dic", "DL-8.2", **about).allowed("DL-8.2/PublicityReported")
    beyond = Publication(medium=Medium.RADIO, title="Bản tin", published_at=SOME_MOMENT, items=("n9",))
    dl.when("dai", "PublicityReported", "dic", "DL-8.2", **about, publications=(beyond,)).refused(
        "DL-8.2/PublicityReported", "published-beyond-request"
    )
