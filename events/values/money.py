"""Amounts of money, whole Vietnamese đồng."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

MAX_DONG = 10**15
"""More than all money there is: no amount is above it, and no sum of amounts is told above it."""

AmountDong = Annotated[int, Field(ge=0, le=MAX_DONG)]
"""An amount in whole đồng; the đồng has no smaller unit in use."""
