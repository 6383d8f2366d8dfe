"""`python -m services.cli`: the same as `phoihop`."""

from __future__ import annotations

from services.cli.main import main

main()
