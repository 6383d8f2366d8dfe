"""The pages, a module each: what it asks of the house, and the template that shows it."""

from __future__ import annotations

from starlette.routing import BaseRoute

from services.web.pages import cases, day, door, event, live

ROUTES: tuple[BaseRoute, ...] = (*door.ROUTES, *day.ROUTES, *cases.ROUTES, *event.ROUTES, *live.ROUTES)
"""Every page's routes."""
