"""Every address of the auditor's pages."""

from __future__ import annotations

from starlette.routing import BaseRoute

from services.web.auditing import completeness, knowledge, ledger, looks, network, proof, silences, timeline, verify

ROUTES: tuple[BaseRoute, ...] = (
    *ledger.ROUTES,
    *proof.ROUTES,
    *timeline.ROUTES,
    *knowledge.ROUTES,
    *silences.ROUTES,
    *network.ROUTES,
    *completeness.ROUTES,
    *verify.ROUTES,
    *looks.ROUTES,
)
