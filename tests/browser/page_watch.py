"""What no page may do, watched in a browser's context while a test runs: call elsewhere, break the policy, err."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError


class PageWatch:
    """Collects what the pages of some contexts did wrong; `allow` names what a test brings about on purpose."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = {urlsplit(origin).netloc for origin in origins}
        self._allowed: list[re.Pattern[str]] = []
        self.seen: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        """Watch every page of a context from now on."""
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", self._failed)

    def allow(self, pattern: str) -> None:
        """Lines that match are meant, such as the browser's own words on an answer 422."""
        self._allowed.append(re.compile(pattern))

    @property
    def faults(self) -> list[str]:
        """What was seen and not allowed."""
        return [line for line in self.seen if not any(allowed.search(line) for allowed in self._allowed)]

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc not in self._origins:
            self.seen.append(f"request to {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.seen.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _failed(self, error: WebError) -> None:
        self.seen.append(f"uncaught: {error.error}")
