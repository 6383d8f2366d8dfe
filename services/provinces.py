"""The province files: which agencies a province has, what they are called and which roles they hold.

A province file is TOML (`deploy/<province>/province.toml`), the input from which `phoihop init` makes keys and the
first signed directory. It holds no key, no secret and no person's name.

    province = "lao-cai"
    name = "Tỉnh Lào Cai"
    regulation = "lao-cai-29-2008"
    as_of = "2024-12-31"
    [[agency]]
    id = "dic"
    name = "Sở Thông tin và Truyền thông tỉnh Lào Cai"
    name_en = "Department of Information and Communications of Lào Cai province"
    symbol = "STTTT"
    roles = [{ role = "dic", from = "2008-07-27" }]
    [[agency.signatory]]
    id = "head"
    title = "Giám đốc"
    capacity = "head"

Which roles a regulation knows is the rules' business (`events`), not this file's: here a role is a name.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from events.agency import Agency, Capacity, RoleTerm, Signatory
from events.errors import InvalidValue
from events.instants import VIETNAM
from events.names import check_slug

# Every letter of the Vietnamese alphabet that stands in abbreviations of Decree 30/2020, and digits (A05).
_SYMBOL = re.compile(r"[A-ZĐ][A-ZĐ0-9]{1,11}")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ROLE = re.compile(r"[a-z]{2,32}")


class ProvinceFileInvalid(InvalidValue):
    """A province file cannot be read: names the file, the place in it, what is wrong and what to do."""

    def __init__(self, file: Path, problems: Sequence[str]) -> None:
        super().__init__(f"{file}: " + "; ".join(problems) + ". Correct the file and run the command again")
        self.file = file
        self.problems = tuple(problems)


class ProvinceUnknown(InvalidValue):
    """No province file of that name is shipped."""

    def __init__(self, slug: str, known: Sequence[str]) -> None:
        super().__init__(
            f"no province {slug[:40]!r} is shipped; known are: {', '.join(known) or 'none (incomplete installation)'}"
        )
        self.slug = slug
        self.known = tuple(known)


def _day(value: object) -> date:
    # Pydantic alone would also take a number (seconds since 1970) or an instant for a day.
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise ValueError(f"{str(value)[:40]!r} is not a day like 2008-07-27")
    return date.fromisoformat(value)


def _line(value: str) -> str:
    if value != value.strip() or not value.isprintable() or not unicodedata.is_normalized("NFC", value):
        raise ValueError("must be one printable line in Unicode NFC, without blanks at its ends")
    return value


def _symbol(value: str) -> str:
    if not _SYMBOL.fullmatch(value):
        raise ValueError(f"{value[:40]!r} is not an abbreviation of 2 to 12 of A-Z, Đ and 0-9, beginning with a letter")
    return value


def _role(value: str) -> str:
    if not _ROLE.fullmatch(value):
        raise ValueError(f"{value[:40]!r} is not a role: small letters a-z, as in docs/glossary.md")
    return value


Day = Annotated[date, BeforeValidator(_day)]
Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_line)]
Slug = Annotated[str, AfterValidator(check_slug)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class RoleTenure(_Entry):
    """A role held by an agency over a time: days of Vietnam's calendar, `until` is the first day no longer held."""

    role: Annotated[str, AfterValidator(_role)]
    from_: Day = Field(alias="from")
    until: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.until <= self.from_:
            raise ValueError(f"role {self.role!r} ends ({self.until}) before it is held a day (from {self.from_})")
        return self

    def term(self) -> RoleTerm:
        """The same as the directory has it: instants, each 00:00 Vietnam time of its day."""
        return RoleTerm(self.role, _midnight(self.from_), None if self.until is None else _midnight(self.until))


class SignatoryEntry(_Entry):
    """An office that signs for the agency: its slug, its official title, its capacity. Never a person's name."""

    id: Slug
    title: Line
    capacity: Capacity


class AgencyEntry(_Entry):
    """An agency: id, official and English name, symbol in document numbers (Decree 30/2020), roles, signatories."""

    id: Slug
    name: Line
    name_en: Line
    symbol: Annotated[str, AfterValidator(_symbol)]
    roles: tuple[RoleTenure, ...] = Field(min_length=1)
    signatories: tuple[SignatoryEntry, ...] = Field(alias="signatory", min_length=1)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        _no_repeats("signatory id", (signatory.id for signatory in self.signatories))
        capacities = Counter(signatory.capacity for signatory in self.signatories)
        if capacities["head"] != 1 or capacities["service"] != 1:
            raise ValueError("needs exactly one signatory of capacity 'head' and one of capacity 'service'")
        held: dict[str, RoleTenure] = {}
        for tenure in sorted(self.roles, key=lambda tenure: tenure.from_):
            earlier = held.get(tenure.role)
            if earlier is not None and (earlier.until is None or tenure.from_ < earlier.until):
                raise ValueError(f"role {tenure.role!r} is held twice at once from {tenure.from_}")
            held[tenure.role] = tenure
        return self

    def listed(self) -> Agency:
        """The agency as the directory lists it, its signatories still without keys."""
        return Agency(
            id=self.id,
            name=self.name,
            name_en=self.name_en,
            symbol=self.symbol,
            roles=tuple(tenure.term() for tenure in self.roles),
            signatories=tuple(Signatory(office.id, office.title, office.capacity) for office in self.signatories),
        )


class ProvinceFile(_Entry):
    """A province's agencies as of a day, under its regulation."""

    province: Slug
    name: Line
    regulation: Slug
    as_of: Day
    note: Line | None = None
    agencies: tuple[AgencyEntry, ...] = Field(alias="agency", min_length=1)

    @model_validator(mode="after")
    def _names_each_thing_once(self) -> Self:
        _no_repeats("agency id", (agency.id for agency in self.agencies))
        _no_repeats("symbol", (agency.symbol for agency in self.agencies))
        _no_repeats("name", (agency.name for agency in self.agencies))
        return self

    @cached_property
    def by_id(self) -> dict[str, AgencyEntry]:
        """The agencies by their id, in the file's order."""
        return {agency.id: agency for agency in self.agencies}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)


def _no_repeats(what: str, values: Iterable[str]) -> None:
    if repeated := sorted(value for value, times in Counter(values).items() if times > 1):
        raise ValueError(f"{what} used more than once: {', '.join(repeated)}")


def read_province(file: Path) -> ProvinceFile:
    """Read and check a province file.

    Raises `ProvinceFileInvalid`, which lists every problem with its place: the agency's row (counted from 1), its id
    and the field.
    """
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProvinceFileInvalid(file, [f"cannot be read ({error.strerror})"]) from error
    except UnicodeDecodeError as error:
        raise ProvinceFileInvalid(file, [f"is not UTF-8 at byte {error.start}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ProvinceFileInvalid(file, [f"is not TOML: {error}"]) from error
    try:
        return ProvinceFile.model_validate(document)
    except ValidationError as error:
        raise ProvinceFileInvalid(file, [_explain(problem, document) for problem in error.errors()]) from error


def _explain(problem: Any, document: dict[str, Any]) -> str:
    """One problem as `agency row 3 ('dic'), roles row 1, from: …`."""
    place: list[str] = []
    for part in problem["loc"]:
        if isinstance(part, int):
            place[-1] += f" row {part + 1}"
            if len(place) == 1 and isinstance(entry := document["agency"][part], dict) and "id" in entry:
                place[-1] += f" ({str(entry['id'])[:40]!r})"
        else:
            place.append(str(part))
    text = str(problem["msg"]).removeprefix("Value error, ")
    return f"{', '.join(place)}: {text}" if place else text


def province_folders() -> tuple[Path, ...]:
    """Where province files are looked for: the repository's `deploy/` first, then the copy inside the package."""
    package = Path(__file__).resolve().parent
    repository = package.parent
    # An installed package has no pyproject.toml beside it, and a foreign `deploy` folder there is none of ours.
    checkout = (repository / "deploy",) if (repository / "pyproject.toml").is_file() else ()
    return (*checkout, package / "_deploy")


def shipped_provinces() -> tuple[str, ...]:
    """The slugs of all provinces for which a file is found, sorted."""
    return tuple(sorted({file.parent.name for folder in province_folders() for file in folder.glob("*/province.toml")}))


def province_file(slug: str) -> Path:
    """The path of a province's file; raises `ProvinceUnknown`, naming those that are known."""
    # Looking the slug up among what is shipped, rather than joining it to a path, leaves no way out of the folder.
    if slug in shipped_provinces():
        for folder in province_folders():
            if (file := folder / slug / "province.toml").is_file():
                return file
    raise ProvinceUnknown(slug, shipped_provinces())


def load_province(slug: str) -> ProvinceFile:
    """The shipped province of that slug, checked; raises `ProvinceUnknown` or `ProvinceFileInvalid`."""
    file = province_file(slug)
    province = read_province(file)
    if province.province != slug:
        raise ProvinceFileInvalid(file, [f"province: says {province.province!r} but stands in the folder {slug!r}"])
    return province
