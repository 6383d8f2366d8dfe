"""Acting: forms built from the event types' own schemas, drafts that clerks write and heads sign."""

from __future__ import annotations

from starlette.routing import BaseRoute

from services.web.acting import drafts, editing, pages

ROUTES: tuple[BaseRoute, ...] = (*pages.ROUTES, *drafts.ROUTES, *editing.ROUTES)
"""The routes of acting."""
