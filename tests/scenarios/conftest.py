"""A fresh small province under each regulation."""

from __future__ import annotations

import pytest

from tests.scenarios.story import Story


@pytest.fixture
def lc() -> Story:
    """Lào Cai."""
    return Story("lao-cai-29-2008")


@pytest.fixture
def dl() -> Story:
    """Đắk Lắk."""
    return Story("dak-lak-39-2010")
