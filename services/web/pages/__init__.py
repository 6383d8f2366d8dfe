"""The pages, a module each: what it asks of the house, and the template that shows it."""

from __future__ import annotations

from starlette.routing import BaseRoute

from services.web.pages import (
    cases,
    day,
    directory,
    door,
    event,
    formats,
    interface,
    live,
    log,
    mail,
    reports,
    requests,
    suspensions,
)

ROUTES: tuple[BaseRoute, ...] = (
    *door.ROUTES,
    *day.ROUTES,
    *cases.ROUTES,
    *event.ROUTES,
    *requests.ROUTES,
    *suspensions.ROUTES,
    *mail.ROUTES,
    *reports.ROUTES,
    *directory.ROUTES,
    *log.ROUTES,
    *interface.ROUTES,
    *formats.ROUTES,
    *live.ROUTES,
)
"""Every page's routes."""
