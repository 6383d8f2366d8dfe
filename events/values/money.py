"""Amounts of money, whole Vietnamese đồng."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

AmountDong = Annotated[int, Field(ge=0, le=10**15)]
"""An amount in whole đồng; the đồng has no smaller unit in use."""
