"""A person at a terminal: asked once, answered in order, free to leave."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

from tests.unit.cli.office import PASSPHRASE, SUSPICION, Office, wait_for


@dataclass
class Terminal:
    process: subprocess.Popen[bytes]
    handle: int
    seen: bytearray = field(default_factory=bytearray)

    def await_text(self, text: str) -> None:
        deadline = time.monotonic() + 20
        while text.encode() not in self.seen:
            assert time.monotonic() < deadline, self.seen.decode("utf-8", "replace")
            if select.select([self.handle], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self.handle, 4096)
                except OSError:
                    assert text.encode() in self.seen, self.seen.decode("utf-8", "replace")

    def type(self, text: str) -> None:
        os.write(self.handle, text.encode())


@contextmanager
def terminal(office: Office, *arguments: str) -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    variables = {name: value for name, value in office.variables().items() if name != "PHOIHOP_PASSPHRASE_FILE"}
    process = subprocess.Popen(
        [sys.executable, "-m", "services.cli", *arguments],
        stdin=theirs, stdout=theirs, stderr=theirs, env=variables, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(ours)


def two_drafts(office: Office) -> list[str]:
    return [office.json("draft", "--as", "vnpt", "-", stdin=json.dumps(SUSPICION))["draft"] for _ in range(2)]


def test_the_passphrase_is_asked_for_once_and_not_shown(office: Office) -> None:
    drafts = two_drafts(office)
    with terminal(office, "sign", "--as", "vnpt", *drafts) as person:
        person.await_text("Mật khẩu khóa ký")
        person.type(f"{PASSPHRASE}\n")
        person.await_text("sẽ gửi khi dịch vụ chạy")
        assert person.process.wait(timeout=20) == 0
        assert person.seen.decode().count("Mật khẩu") == 1
        assert PASSPHRASE not in person.seen.decode()
    assert office.json("status", "--as", "vnpt")["outgoing_number"] == 2


def test_leaving_at_the_question_signs_nothing(office: Office) -> None:
    drafts = two_drafts(office)
    with terminal(office, "sign", "--as", "vnpt", *drafts) as person:
        person.await_text("Mật khẩu khóa ký")
        # A signal between the question and the reading of the answer would only be looked at after the answer.
        asked = psutil.Process(person.process.pid)
        wait_for(lambda: asked.status() == psutil.STATUS_SLEEPING, "the reading of the answer")
        person.process.send_signal(signal.SIGINT)
        assert person.process.wait(timeout=20) == 130
        person.await_text("Đã dừng theo yêu cầu")
        assert "Traceback" not in person.seen.decode()
    assert office.json("status", "--as", "vnpt")["outgoing_number"] == 0


def test_a_reader_that_has_seen_enough_is_no_error(office: Office) -> None:
    office.send("vnpt", SUSPICION)
    command = [sys.executable, "-m", "services.cli", "ledger", "--as", "vnpt", "--json"]
    process = subprocess.Popen(command, env=office.variables(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert said == b""


def test_ctrl_c_in_the_midst_of_starting(office: Office) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "services.cli", "broker", "run"], env=office.variables(), stderr=subprocess.PIPE
    )
    wait_for((office.folder / "broker/nats.conf").exists, "the broker's configuration")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in said
