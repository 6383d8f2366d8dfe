"""`phoihop agency run` serves the pages and the API: where it is told to, to whom it is told, and not at all."""

from __future__ import annotations

import re
import signal
import socket
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest

from tests.unit.cli.office import SHARED, Office, Running, make_office

pytestmark = pytest.mark.broker

SAYS = "Pages and API: "


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = make_office(tmp_path_factory.mktemp("office"), ("dic", "police", "vnpt", "auditor"))
    made.environment["PHOIHOP_LANG"] = "en"
    return made


def address_of(running: Running) -> str:
    found = re.search(rf"{SAYS}(\S+)", running.text())
    assert found is not None
    return found[1]


def test_an_agency_serves_its_pages_and_its_api_to_its_own(office: Office, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("năm từ dễ nhớ mà khó đoán\n", "utf-8")
    password.chmod(0o600)
    office.json(
        "account", "add", "an.nguyen", "--as", "vnpt", "--full-name", "Nguyễn An", "--role", "clerk",
        "--password-file", str(password),
    )  # fmt: skip
    token = office.json("token", "add", "may-chu", "--as", "vnpt")["token"]
    key = {"authorization": f"Bearer {token}"}
    with office.running("broker", "run", says="The broker runs at"), ExitStack() as stack:
        running = [
            stack.enter_context(office.running("agency", "run", "--as", agency, "--port", "0", says=SAYS))
            for agency in ("vnpt", "dic")
        ]
        vnpt, dic = running
        at_vnpt, at_dic = address_of(vnpt), address_of(dic)
        assert at_vnpt.startswith("http://127.0.0.1:")
        assert httpx.get(f"{at_vnpt}/api/cases", headers=key).json() == {"agency": "vnpt", "cases": []}
        assert httpx.get(f"{at_dic}/api/cases", headers=key).status_code == 401, "a token opens another agency"
        form = {"agency": "vnpt", "name": "an.nguyen", "password": "năm từ dễ nhớ mà khó đoán"}
        origin = {"origin": at_vnpt}
        with httpx.Client(base_url=at_vnpt) as browser:
            assert browser.post("/enter", data=form, headers=origin).status_code == 303
            assert "Nguyễn An" in browser.get("/").text
        assert httpx.get(f"{at_vnpt}/enter", headers={"host": "evil.example"}).status_code == 421
        # Told to a running service: no restart is needed.
        office.json("token", "revoke", "may-chu", "--as", "vnpt")
        assert httpx.get(f"{at_vnpt}/api/cases", headers=key).status_code == 401
        vnpt.stop()
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{at_vnpt}/enter")


def test_where_and_under_which_name_it_is_served_is_said(office: Office) -> None:
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as taken,
        office.running("broker", "run", says="The broker runs at"),
    ):
        port = taken.getsockname()[1]
        refused = office.process("agency", "run", "--as", "vnpt", "--port", str(port))
        assert refused.returncode == 3, refused.stderr
        assert f"127.0.0.1:{port}" in refused.stderr
        assert "--port" in refused.stderr
    with (
        office.running("broker", "run", says="The broker runs at"),
        office.running(
            "agency", "run", "--as", "vnpt", "--port", "0", "--public-name", "Phoihop.example", says=SAYS
        ) as vnpt,
    ):
        address = address_of(vnpt)
        assert httpx.get(f"{address}/enter", headers={"host": "phoihop.example"}).status_code == 200


def test_without_pages_nothing_listens_and_none_are_loaded(office: Office) -> None:
    with (
        office.running("broker", "run", says="The broker runs at"),
        office.running("agency", "run", "--as", "vnpt", "--no-web", says=" runs, broker", anew=True) as vnpt,
    ):
        assert SAYS not in vnpt.text()
        maps = Path(f"/proc/{vnpt.process.pid}/maps")
        if maps.exists():
            assert "argon2" not in maps.read_text("utf-8"), "the pages were loaded all the same"


def test_the_auditor_serves_its_pages_beside_an_agencys(office: Office, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("năm từ dễ nhớ mà khó đoán\n", "utf-8")
    password.chmod(0o600)
    office.json(
        "account", "add", "kiem.tra", "--as", "auditor", "--full-name", "Lê Thị Ước", "--role", "auditor",
        "--password-file", str(password),
    )  # fmt: skip
    with (
        office.running("broker", "run", says="The broker runs at"),
        office.running("agency", "run", "--as", "vnpt", "--port", "0", says=SAYS),
        office.running("auditor", "run", "--checkpoint-seconds", "0.1", "--port", "0", says=SAYS) as auditor,
    ):
        address = address_of(auditor)
        with httpx.Client(base_url=address) as browser:
            form = {"name": "kiem.tra", "password": "năm từ dễ nhớ mà khó đoán"}
            assert browser.post("/enter", data=form, headers={"origin": address}).status_code == 303
            assert "/audit/events/" not in browser.get("/audit/ledger").text
            with browser.stream("GET", "/live") as live:
                lines = live.iter_lines()
                assert next(lines) == "event: ready"
                office.send("vnpt", SHARED)
                assert "event: moved" in lines
                assert browser.get("/audit/ledger").text.count("/audit/events/") == 1
                # A page that is open keeps nobody from stopping, and its stream ends in order.
                auditor.process.send_signal(signal.SIGTERM)
                assert not [line for line in lines if line.startswith("event: moved")]
        assert auditor.process.wait(30) == 0
        assert "Traceback" not in auditor.text()
