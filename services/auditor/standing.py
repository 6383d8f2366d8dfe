"""How the auditor stands, gathered from its ledger for `phoihop auditor status`."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

from events import base64padded
from events.note import parse_note
from events.transparency.checkpoint import parse_checkpoint
from services.auditor.endpoint import running_log_url
from services.auditor.ledger import Ledger
from services.auditor.places import auditor_folder, ledger_file
from services.auditor.quarantine import Quarantine

ALARMS_SHOWN = 20


def auditor_standing(folder: Path, province: str) -> dict[str, Any]:
    """The document of `phoihop auditor status`. Raises `LedgerUnusable` where there is no ledger yet."""
    running = _is_locked(auditor_folder(folder) / "service.lock")
    with Ledger(ledger_file(folder), province, read_only=True) as ledger:
        rows = ledger.connection.execute
        newest = rows("SELECT size, note, signed_at FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
        witnessed = rows("SELECT size, witnessed_at FROM witnessed ORDER BY size DESC LIMIT 1").fetchone()
        intake = rows("SELECT stream_sequence, taken_at FROM intake").fetchone()
        stamped = rows("SELECT size, authority, stamped_at FROM timestamps ORDER BY size DESC LIMIT 1").fetchone()
        cosigned = rows("SELECT witness, MAX(size), cosigned_at FROM cosignatures GROUP BY witness ORDER BY witness")
        alarms = rows(
            "SELECT raised_by, problem, explanation, raised_at FROM alarms ORDER BY raised_at DESC LIMIT ?",
            (ALARMS_SHOWN,),
        )
        return {
            "province": province,
            "service_running": running,
            "log_url": running_log_url(folder) if running else None,
            "directory_version": ledger.directory_version(),
            "entries": ledger.size,
            "events": rows("SELECT COUNT(*) FROM logged").fetchone()[0],
            "messages": rows("SELECT COUNT(*) FROM messages").fetchone()[0],
            "checkpoint": None
            if newest is None
            else {"size": newest[0], "root": _root(newest[1]), "signed_at": newest[2]},
            "witnessed": None if witnessed is None else {"size": witnessed[0], "witnessed_at": witnessed[1]},
            "cosignatures": [{"witness": who, "size": size, "cosigned_at": at} for who, size, at in cosigned],
            "timestamp": None
            if stamped is None
            else {"size": stamped[0], "authority": stamped[1], "stamped_at": stamped[2]},
            "quarantine": Quarantine(ledger).counts(),
            "unheld_checkpoints": rows("SELECT COUNT(*) FROM unheld_checkpoints").fetchone()[0],
            "alarms": [
                {"raised_by": by, "problem": problem, "explanation": explanation, "raised_at": at}
                for by, problem, explanation, at in alarms
            ],
            "last_intake": None if intake is None else {"stream_sequence": intake[0], "taken_at": intake[1]},
        }


def _root(note: str) -> str:
    return base64padded.encode(parse_checkpoint(parse_note(note).text).root)


def _is_locked(path: Path) -> bool:
    """Whether a service holds the folder's lock: it goes with its process, however that ends."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
