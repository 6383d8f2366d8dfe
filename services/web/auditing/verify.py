"""Verify by drop: an uploaded package is checked as the command line checks it, and the page says what that says."""

from __future__ import annotations

import asyncio
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.errors import InvalidValue
from events.note import VerifierKey, parse_verifier_key
from services.identity.directory_folder import DirectoryFolder
from services.web.auditing.entry import inspects
from services.web.auditing.house import AuditHouse
from services.web.auditing.package_check import PackageChecks
from services.web.problems import PageError, Problem
from services.web.rendering import render

_LONGEST_NAME = 120
_LONGEST_KEY = 300
LISTED = 200
"""Findings, and deliveries, that are shown."""


@inspects
async def form(request: Request) -> Response:
    """The form: a package, and the root key that is trusted."""
    return await _answer(request, None, "", await _own_root(request))


@inspects
async def check(request: Request) -> Response:
    """Verify what was uploaded. That it was done, and the verdict, is kept."""
    house: AuditHouse = request.state.house
    checks: PackageChecks = request.app.state.package_checks
    with checks.place():
        return await _checked(request, house, checks)


async def _checked(request: Request, house: AuditHouse, checks: PackageChecks) -> Response:
    async with request.form(max_files=1, max_fields=2) as sent:
        upload, typed = sent.get("package"), str(sent.get("root", "")).strip()[:_LONGEST_KEY]
        root = _root(typed) if typed else await _own_root(request)
        if not isinstance(upload, UploadFile) or not upload.filename:
            raise PageError(Problem.INVALID, "package")
        name = "".join(one for one in upload.filename if one.isprintable())[:_LONGEST_NAME]
        with tempfile.TemporaryDirectory(prefix="phoihop-package-") as folder:
            file = Path(folder) / "package.zip"
            digest = await asyncio.to_thread(_keep, upload.file, file)
            document = await checks.check(file, root)
    about = {"name": name, "verified": bool(document["verified"]), "findings": int(document["findings_count"])}
    await house.note("PackageChecked", digest, request.state.person, about | {"root": root.name})
    return await _answer(request, document, name, root)


async def _answer(request: Request, document: dict[str, Any] | None, name: str, root: VerifierKey) -> Response:
    values = {"verdict": document, "name": name, "root": str(root), "listed": LISTED}
    return render(request, "audit_verify.html", values)


def _keep(source: BinaryIO, target: Path) -> str:
    digest = sha256()
    with target.open("wb") as file:
        while piece := source.read(1 << 20):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


async def _own_root(request: Request) -> VerifierKey:
    house: AuditHouse = request.state.house
    return await asyncio.to_thread(lambda: DirectoryFolder.of(house.folder).root)


def _root(text: str) -> VerifierKey:
    try:
        return parse_verifier_key(text)
    except InvalidValue:
        raise PageError(Problem.INVALID, "root") from None


ROUTES = [
    Route("/audit/verify", form, methods=["GET"]),
    Route("/audit/verify", check, methods=["POST"]),
]
