"""Who holds which role, as the folds ask it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

RolesOf = Callable[[int, str, datetime], frozenset[str]]
"""`(directory_version, agency, moment)` → the roles that the agency holds then, by that version of the directory.

A fold asks for the version under which the record's entry was checked, never for the newest: so the same record gives
the same view whenever it is folded. Versions are numbered, chained and kept for ever, so the answer never changes.
"""
