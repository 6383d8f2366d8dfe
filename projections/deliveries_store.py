"""The SQLite file of the auditor's views: who told whom what, folded from the ledger in the order of the log."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from projections.errors import ViewsOfNewerVersion, ViewsUnusable
from projections.store import ViewStore

SCHEMA_VERSION = 5
"""Raised with every change of `deliveries_schema.sql` or of the fold. An older file is emptied and folded again."""


class DeliveriesOfNewerVersion(ViewsOfNewerVersion):
    """A newer phoihop wrote this file; this one could misread it."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(path, found, known)
        self.explanation = (
            f"{path.name} has schema version {found}, this phoihop knows {known}: a newer program wrote it. "
            "Run that newer version, or delete the file: the next question folds it again; the ledger is not touched."
        )
        self.args = (self.explanation,)


class DeliveriesUnusable(ViewsUnusable):
    """SQLite cannot open, read or write the file."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(path, problem)
        self.explanation = (
            f"{path.name} cannot be used: {problem}. Check free space and permissions of its folder; if the file is "
            "damaged, delete it: the next question folds it again; the ledger is not touched."
        )
        self.args = (self.explanation,)


class DeliveryStore(ViewStore):
    """One file of the auditor's views, opened or made.

    The position that it tracks is the size of the log up to which the ledger was folded. Raises
    `DeliveriesOfNewerVersion` or `DeliveriesUnusable`.
    """

    schema: ClassVar[str] = "deliveries_schema.sql"
    version: ClassVar[int] = SCHEMA_VERSION
    unusable: ClassVar[type[ViewsUnusable]] = DeliveriesUnusable
    of_newer_version: ClassVar[type[ViewsOfNewerVersion]] = DeliveriesOfNewerVersion
