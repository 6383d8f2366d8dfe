"""RFC 3161 time-stamps on checkpoints, by `openssl ts` as the authority."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.transparency.checkpoint import format_checkpoint
from services.auditor.http import Address, listening, server_on
from services.auditor.log_keeper import LogKeeper
from services.auditor.timestamp_check import RootsUnreadable, TimestampInvalid, load_roots, verify_timestamp
from services.auditor.timestamps import Authority, stamp_checkpoints
from tests.unit.auditor.desk import History

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl, which plays the authority, is not on this machine")

CONFIGURATION = """
[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""
LEAF = (
    "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n"
)


def run(*arguments: str, cwd: Path) -> None:
    subprocess.run([str(OPENSSL), *arguments], cwd=cwd, check=True, capture_output=True)


def make_authority(folder: Path) -> Path:
    """Root and time-stamping certificate, as an authority has them."""
    folder.mkdir()
    (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
    (folder / "leaf.ext").write_text(LEAF)
    (folder / "serial").write_text("01\n")
    key = ("-newkey", "rsa:2048", "-nodes")
    run("req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-days", "9", "-subj", "/CN=Root", cwd=folder)
    run("req", "-new", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Stamps", cwd=folder)
    run(
        "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "9",
        "-extfile", "leaf.ext", "-out", "tsa.pem", cwd=folder,
    )  # fmt: skip
    return folder


def reply(folder: Path, query: bytes) -> bytes:
    (folder / "query.tsq").write_bytes(query)
    run("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr", cwd=folder)
    return (folder / "reply.tsr").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_authority(tmp_path_factory.mktemp("tsa") / "one")


@asynccontextmanager
async def answering(answer: Callable[[bytes], bytes]) -> AsyncIterator[str]:
    """An authority over HTTP; it stamps what `answer` makes of a query."""

    async def stamp(request: Request) -> Response:
        query = await request.body()
        return Response(await asyncio.to_thread(answer, query), media_type="application/timestamp-reply")

    app = Starlette(routes=[Route("/", stamp, methods=["POST"])])
    with listening(Address()) as listener:
        async with server_on(listener, app):
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


@asynccontextmanager
async def signed_log(history: History) -> AsyncIterator[LogKeeper]:
    history.grow(300)
    keeper = LogKeeper(history.writer(), history.network, 0.01, lambda: history.now)
    await keeper.open()
    keeper.may_sign.set()
    running = asyncio.create_task(keeper.run())
    try:
        while not keeper.size:
            await keeper.moved.wait()
        yield keeper
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await keeper.close()


def stamps(history: History) -> list[tuple[int, str, bytes, str]]:
    connection = history.writer().checkpoints._connection
    rows: list[tuple[int, str, bytes, str]] = connection.execute("SELECT * FROM timestamps").fetchall()
    return rows


async def test_a_checkpoint_is_stamped_and_the_stamp_verifies(history: History, authority: Path) -> None:
    roots = load_roots(authority / "root.pem")
    async with answering(lambda query: reply(authority, query)) as url, signed_log(history) as log:
        stamping = asyncio.create_task(stamp_checkpoints(log, Authority(url, roots, every_seconds=0.01)))
        try:
            async with asyncio.timeout(20):
                while not stamps(history):  # noqa: ASYNC110 - another task stores it
                    await asyncio.sleep(0.05)
        finally:
            stamping.cancel()
            await asyncio.gather(stamping, return_exceptions=True)
        (stamp,) = stamps(history)
    size, named, response, at = stamp
    newest = history.writer().checkpoints.newest()
    assert newest is not None
    assert (size, named) == (newest.size, url)
    text = format_checkpoint(newest)
    assert abs(verify_timestamp(response, text, roots) - datetime.now(UTC)) < timedelta(minutes=1)
    assert datetime.fromisoformat(at) <= datetime.now(UTC)


async def test_a_stamp_over_another_text_or_by_another_authority_is_refused(
    history: History, authority: Path, tmp_path: Path
) -> None:
    stranger = make_authority(tmp_path / "stranger")
    roots = load_roots(authority / "root.pem")
    earlier: list[bytes] = []

    def replayed(query: bytes) -> bytes:
        earlier.append(reply(authority, query))
        return earlier[0]

    for answer, why in (
        (lambda query: reply(stranger, query), "certificate|chain|issuer"),
        (lambda _query: b"no DER", "does not hold"),
        (lambda _query: b"x" * 100_000, "more than"),
    ):
        async with answering(answer) as url, signed_log(history) as log:
            with pytest.raises(TimestampInvalid, match=why):
                await asyncio.wait_for(stamp_checkpoints(log, Authority(url, roots)), 20)
            assert stamps(history) == []
    async with answering(replayed) as url, signed_log(history) as log:
        size, text = (await log.unstamped(url)) or (0, "")
        assert size
        first = await asyncio.to_thread(_query, text)
        replayed(first)
        # The same old answer to a new question: its nonce gives it away.
        with pytest.raises(TimestampInvalid, match=r"[Nn]once"):
            await asyncio.wait_for(stamp_checkpoints(log, Authority(url, roots)), 20)
        with pytest.raises(TimestampInvalid):
            verify_timestamp(earlier[0], text.replace("\n", "\n1", 1), roots)
        verify_timestamp(earlier[0], text, roots)


def _query(text: str) -> bytes:
    return TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256).build().as_bytes()


def test_a_file_without_certificates_is_told(tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("nothing")
    for path in (tmp_path / "none.pem", tmp_path / "missing.pem"):
        with pytest.raises(RootsUnreadable, match="PEM"):
            load_roots(path)
