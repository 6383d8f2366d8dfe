"""Registers of whole stores: what is missing is told, however far a number lies behind the one before it."""

from __future__ import annotations

import pytest

from services.verify.house import House
from services.verify.network import check_registers
from services.verify.verdict import Finding


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([1, 2, 3], []),
        ([1, 4], ["the outgoing register of 2026 lacks 2, 3"]),
        ([1, 10**9], ["the outgoing register of 2026 lacks 2, 3, 4, 5, 6 and 999999993 more"]),
        ([1, 1, 2], ["the outgoing register of 2026 has given 1 twice"]),
    ],
)
def test_numbers_that_are_missing_or_given_twice(numbers: list[int], said: list[str]) -> None:
    house = House("dic")
    house.outgoing[2026] = numbers
    findings: list[Finding] = []
    check_registers({"dic": house}, findings)
    assert [finding.what for finding in findings] == said
