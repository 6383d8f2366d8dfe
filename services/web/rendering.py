"""Templates, and what every page finds in them: texts, moments in Vietnam's time, marks, short ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.filters import make_attrgetter
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from events.directory import Directory
from events.instants import VIETNAM, parse_instant
from events.regulation.vocabulary import roles
from services.texts import DEFAULT_LANGUAGE, LANGUAGES
from services.texts.naming import Naming, naming_of
from services.texts.reasons import Reason, reason_of
from services.web.countdown import countdown
from services.web.menu import menu_of
from services.web.name_order import by_name
from services.web.texts import PageTexts

if TYPE_CHECKING:
    from services.web.entry import AnyHouse

LANGUAGE_COOKIE = "phoihop_lang"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("services.web", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"moment": show_moment, "day": show_day, "short": short}
    environment.filters |= {"by_name": by_name, "number": show_number}
    environment.globals |= {"countdown": countdown, "address": address, "role_name": role_name, "instant": instant}
    environment.filters |= {"named": named, "in_order": in_order}
    environment.globals |= {"agency_names": agency_names, "reason_of": why}
    return environment


def compile_templates() -> None:
    """Compile every template now; without it the first page that needs one does."""
    environment = _environment()
    for name in environment.list_templates():
        environment.get_template(name)


def show_moment(moment: datetime | None) -> str:
    """`21/11/2026 10:04` in Vietnam's time; empty for none."""
    return "" if moment is None else moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


def show_day(moment: datetime | None) -> str:
    """`21/11/2026` in Vietnam; empty for none."""
    return "" if moment is None else moment.astimezone(VIETNAM).strftime("%d/%m/%Y")


def instant(text: str | None) -> datetime | None:
    """An instant as documents write it; None for none."""
    return None if text is None else parse_instant(text)


@pass_context
def show_number(context: Context, number: int) -> str:
    """`100.000`, or `100,000` in English."""
    grouped = f"{number:,}"
    return grouped if context.get("lang") == "en" else grouped.replace(",", ".")


def _naming(context: Context) -> Naming | None:
    house = context.get("house")
    return None if house is None else naming_of(house.directory, str(context.get("lang")))


@pass_context
def in_order(context: Context, found: Iterable[Any], of: str | int | None = None) -> list[Any]:
    """Ids of agencies, or what has one as its attribute or place `of`, in the order of the agencies' names."""
    agency = make_attrgetter(context.environment, of) if of is not None else str
    places = _places(context["house"].directory, str(context.get("lang")))
    return sorted(found, key=lambda one: (places.get(agency(one), len(places)), agency(one)))


@lru_cache(maxsize=8)
def _places(directory: Directory, lang: str) -> Mapping[str, int]:
    return {agency: place for place, agency in enumerate(_names(directory, lang))}


@pass_context
def named(context: Context, text: str) -> str:
    """A sentence with agencies by their names; as it is for whoever has not entered."""
    naming = _naming(context)
    return text if naming is None else naming(text)


@pass_context
def why(context: Context, token: str | None, explanation: str | None) -> Reason:
    """Why something is held back or was refused, in the page's language."""
    naming = _naming(context)
    return Reason("", explanation or "") if naming is None else reason_of(token, explanation, naming)


def short(event_id: str | None) -> str:
    """The beginning of an id, as tables show it."""
    return "" if event_id is None else event_id[:13]


def address(path: str, /, **parameters: object) -> str:
    """A path with parameters; those that say nothing are left out."""
    said = {name: str(value) for name, value in parameters.items() if value not in {None, ""}}
    return f"{path}?{urlencode(said)}" if said else path


def role_name(role: str, house: AnyHouse, lang: str) -> str:
    """How the province's regulation names a role; the pages' own word where the regulation does not know it."""
    known = roles(house.directory.regulation).get(role)
    named = (known.english if lang == "en" else known.vietnamese) if known is not None else None
    return named or PageTexts(lang).word("role", role)


def agency_names(house: AnyHouse, lang: str) -> dict[str, str]:
    """The names of the directory's agencies by their ids, in the order of the names."""
    return dict(_names(house.directory, lang))


@lru_cache(maxsize=8)
def _names(directory: Directory, lang: str) -> Mapping[str, str]:
    listed = directory.agencies.values()
    return dict(by_name((one.id, one.name_en if lang == "en" else one.name) for one in listed))


def language_of(request: Request) -> str:
    """The language a person chose: `?lang=`, then the cookie; Vietnamese otherwise."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return DEFAULT_LANGUAGE


def _here(request: Request) -> str:
    """Where one is, with filters and place, to come back to; without a language that only the address chose."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path


def render(request: Request, template: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
    """A page. `request.state.person` and `.house` are there once somebody has entered."""
    lang = language_of(request)
    person = getattr(request.state, "person", None)
    house = getattr(request.state, "house", None)
    html = (
        _environment()
        .get_template(template)
        .render(
            {
                "t": PageTexts(lang),
                "lang": lang,
                "other_lang": "en" if lang == "vi" else "vi",
                "person": person,
                "menu": menu_of(person),
                "house": house,
                "mark": getattr(request.state, "mark", ""),
                "path": request.url.path,
                "query": dict(request.query_params),
                "here": _here(request),
                "now": house.now() if house is not None else None,
            }
            | dict(values)
        )
    )
    return HTMLResponse(html, status)
