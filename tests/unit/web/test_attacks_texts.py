"""A peer's or a clerk's texts and files show as what they are, and run nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from inspect import isclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import httpx
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.datastructures import Headers, UploadFile

from events.catalogue import CATALOGUE
from services.accounts.account import Role
from services.web.acting.attaching import take_in_upload
from services.web.app import make_web
from services.web.house import House
from services.web.server import serving
from tests.unit.web.conftest import enter
from tests.unit.web.story import played

TURNING = "\u202e"
"""What follows is shown from right to left: `x\u202efdp.exe` reads as a PDF."""
_NOTES = (65_536, 250_000)
"""Checkpoints and tiles' notes as long as that have a form of their own (C2SP), and no page shows them as they are."""
_LIKELY = ("{}", "a{}b", "A{}b", "1{}", "1/A{}", "01/{}", "/a{}", "https://a/{}", '"{}"', "a{}.pdf")


def _annotations(annotation: Any, seen: set[int]) -> Iterator[Any]:
    """Every text with conditions that values of an annotation may hold."""
    if get_origin(annotation) is Annotated and get_args(annotation)[0] is str:
        yield annotation
    elif isclass(annotation) and issubclass(annotation, BaseModel):
        if id(annotation) not in seen:
            seen.add(id(annotation))
            for field in annotation.model_fields.values():
                kind = field.annotation
                yield from _annotations(Annotated[kind, *field.metadata] if field.metadata else kind, seen)
    else:
        for part in get_args(annotation):
            yield from _annotations(part, seen)


def _takes(annotation: Any, text: str) -> bool:
    try:
        TypeAdapter(annotation).validate_python(text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("about", sorted(name for name, _ in CATALOGUE))
def test_no_member_of_any_document_takes_a_mark_that_turns_the_direction_or_is_not_seen(about: str) -> None:
    models = [model for (name, _), model in CATALOGUE.items() if name == about]
    for model in models:
        for annotation in {repr(one): one for one in _annotations(model, set())}.values():
            if any(getattr(one, "max_length", 0) == size for one in get_args(annotation) for size in _NOTES):
                continue
            for form in _LIKELY:
                for mark in (TURNING, "\u2066", "\x85", "\u061c", "\u200b"):
                    assert not _takes(annotation, form.format(mark)), (annotation, form, mark)


@pytest.mark.broker
async def test_an_upload_loses_the_marks_of_its_name(houses: dict[str, House], tmp_path: Path) -> None:
    file = tmp_path / "sent"
    file.write_bytes(b"MZ")
    with file.open("rb") as data:
        upload = UploadFile(data, filename=f"hoa-don{TURNING}fdp.exe", headers=Headers({"content-type": "a/b"}))
        named = await take_in_upload(houses["vnpt"], upload)
    assert named is not None
    assert named["name"] == "hoa-don_fdp.exe"


@pytest.mark.broker
async def test_a_file_that_a_peer_sent_may_do_nothing_in_a_browser(
    client: httpx.AsyncClient, houses: dict[str, House], tmp_path: Path
) -> None:
    story = await played(houses, tmp_path)
    await enter(client, "vnpt", "chuyen.vien")
    file = await client.get(f"/events/{story['execution']}/attachments/{story['sha256']}")
    assert file.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["x-content-type-options"] == "nosniff"
    page = await client.get(f"/events/{story['execution']}")
    assert "sandbox" not in page.headers["content-security-policy"]


@pytest.mark.broker
@pytest.mark.parametrize("path", ["/enter", "/api/drafts"])
async def test_whoever_goes_away_in_the_midst_of_a_request_fills_no_log(
    houses: dict[str, House], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, path: str
) -> None:
    house = houses["vnpt"]
    token = house.accounts.tokens.make("gone", Role.CLERK, house.now())
    answered = asyncio.Event()
    web = make_web({"vnpt": house})

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        try:
            await web(scope, receive, send)
        finally:
            if scope["type"] == "http":
                answered.set()

    async with serving(watched, port=0) as address:
        host, _, port = address.removeprefix("http://").rpartition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        kind = "application/json" if "api" in path else "application/x-www-form-urlencoded"
        key = f"Authorization: Bearer {token}\r\n" if "api" in path else ""
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: {kind}\r\n{key}"
        writer.write(f"{head}Content-Length: 100\r\nExpect: 100-continue\r\n\r\n".encode())
        writer.write(b'{"a')
        await writer.drain()
        writer.close()
        async with asyncio.timeout(10):
            await answered.wait()
    said = "".join(capfd.readouterr())
    assert "a page failed" not in said
    assert "Traceback" not in said
    assert not [one for one in caplog.records if one.name == "uvicorn.error" and one.levelname == "ERROR"]
