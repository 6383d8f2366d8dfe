"""A province's network on disk and the command line at it: in this process, or as processes of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from services.cli.main import root
from tests.forks import ForkedProgram

PASSPHRASE = "mật khẩu để thử"
AGENCIES = ("auditor", "dic", "police", "vnpt")
READY_SECONDS = 120.0
"""Catches what never gets ready; a slow machine is no fault."""

SUSPICION: dict[str, Any] = {
    "type": "SuspicionReported",
    "recipients": ["dic", "police"],
    "content": {
        "subject": "Nghi vấn trộm cắp cước viễn thông qua SIM box",
        "category": "charge_theft",
        "fields": ["telecom"],
        "summary": "Lưu lượng bất thường tại phường Cốc Lếu",
        "discovered_at": "2026-11-20T01:02:03.000Z",
        "attestation": True,
    },
}
SHARED: dict[str, Any] = {
    "type": "InfoShared",
    "recipients": ["police"],
    "content": {
        "subject": "Thông báo thủ đoạn mới",
        "kind": "modus_operandi",
        "title": "Chuyển hướng cuộc gọi quốc tế",
        "text": "Dùng SIM box để chuyển hướng cuộc gọi",
    },
}

OPENING: dict[str, Any] = {
    "type": "CaseOpened",
    "recipients": ["dic", "vnpt"],
    "content": {
        "subject": "Mở vụ việc kinh doanh trái phép dịch vụ viễn thông",
        "category": "other",
        "fields": ["telecom"],
        "summary": "Đối tượng dùng SIM box.",
        "title": "SIM box tại phường Cốc Lếu",
        "participants": ["dic", "vnpt"],
        "discovered_by_sender": True,
    },
}

FOCAL: dict[str, Any] = {
    "type": "FocalPointDesignated",
    "recipients": ["dic"],
    "content": {
        "subject": "Cử đầu mối phối hợp",
        "unit": "Phòng An ninh kinh tế",
        "phone": "+842143840002",
        "since": "2026-11-20T01:00:00.000Z",
    },
}


@dataclass
class Office:
    """One state folder. `run` gives the result of a command; `start` starts one that stays."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def passphrase_file(self) -> Path:
        return self.folder.with_name("passphrase")

    def variables(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PHOIHOP_")}
        mine = {"PHOIHOP_DIR": str(self.folder), "PHOIHOP_PASSPHRASE_FILE": str(self.passphrase_file)}
        return kept | mine | self.environment

    def run(self, *arguments: str, stdin: str | None = None) -> Result:
        unset = {name: None for name in os.environ if name.startswith("PHOIHOP_")}
        with_unset: dict[str, str | None] = {**unset, **self.variables()}
        return CliRunner().invoke(root, list(arguments), input=stdin, env=with_unset)

    def json(self, *arguments: str, stdin: str | None = None) -> Any:
        result = self.run(*arguments, "--json", stdin=stdin)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    def send(self, agency: str, draft: dict[str, Any]) -> dict[str, Any]:
        signed: dict[str, Any] = self.json("send", "--as", agency, "-", stdin=json.dumps(draft))["signed"][0]
        return signed

    def process(self, *arguments: str, timeout: float = 50, **more: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "services.cli", *arguments],
            env=self.variables(), capture_output=True, text=True, timeout=timeout, check=False, **more,
        )  # fmt: skip

    def forked(self, *arguments: str, timeout: float = 200) -> subprocess.CompletedProcess[str]:
        """As `process`, where what is asked is not how the program starts."""
        with tempfile.TemporaryDirectory() as place:  # the state folder's own disk may be full
            output, errors = Path(place, "out"), Path(place, "err")
            program = ForkedProgram(arguments, self.variables(), output, errors)
            try:
                code = program.wait(timeout)
            finally:
                program.kill()
            return subprocess.CompletedProcess(arguments, code, output.read_text("utf-8"), errors.read_text("utf-8"))

    def _log(self, arguments: tuple[str, ...]) -> Path:
        return self.folder.with_name(f"{'-'.join(arguments)}-{time.monotonic_ns()}.log".replace("/", "_"))

    @contextmanager
    def running(self, *arguments: str, says: str, anew: bool = False) -> Iterator[Running]:
        """A command that stays, once it has said on standard error that it runs; ended by SIGTERM.

        It is forked from a process that has loaded the program, or started `anew`.

        Services have no pages unless a port is named: they take a second to load that most tests can save.
        """
        if arguments[0] in {"agency", "auditor"} and not {"--port", "--no-web"} & set(arguments):
            arguments = (*arguments, "--no-web")
        log = self._log(arguments)
        process = self._started(arguments, log) if anew else self._fork(arguments, log)
        running = Running(process, log)
        try:
            running.await_words(says)
            yield running
        finally:
            try:
                if process.poll() is None:
                    running.stop()
            finally:
                process.kill()  # what does not end in order is not left behind

    def _fork(self, arguments: tuple[str, ...], log: Path) -> ForkedProgram:
        return ForkedProgram(arguments, self.variables(), Path(os.devnull), log)

    def _started(self, arguments: tuple[str, ...], log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as errors:
            return subprocess.Popen(
                [sys.executable, "-m", "services.cli", *arguments],
                env=self.variables(), stdout=subprocess.DEVNULL, stderr=errors,
            )  # fmt: skip


@dataclass
class Running:
    """A process of the command line."""

    process: subprocess.Popen[bytes] | ForkedProgram
    log: Path

    def text(self) -> str:
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def await_words(self, words: str) -> None:
        wait_for(lambda: words in self.text() or self.process.poll() is not None, f"{words!r}: {self.text()}")
        assert words in self.text(), self.text()

    def stop(self, which: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(which)
        return self.process.wait(timeout=30)


def wait_for(condition: Any, what: str, seconds: float = READY_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)  # another process is waited for: there is nothing to be awakened by


def make_office(parent: Path, agencies: tuple[str, ...] = AGENCIES, province: str = "lao-cai") -> Office:
    office = Office(parent / "state")
    office.passphrase_file.write_text(f"{PASSPHRASE}\n", "utf-8")
    office.passphrase_file.chmod(0o600)
    result = office.run("init", "--province", province, "--agencies", ",".join(agencies), "--demo-keys")
    assert result.exit_code == 0, result.output
    return office
