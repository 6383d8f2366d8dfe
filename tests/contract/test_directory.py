"""The directory: what a version must be by itself, what it answers, and whether a signature counts."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.canonical import canonical_json
from events.directory import (
    KeyRecord,
    RoleTerm,
    parse_directory,
    root_key_name,
    sign_directory,
)
from events.errors import DirectoryInvalid
from events.key_standing import KeyStanding, key_standing
from events.note import VerifierKey, format_note, sign_note
from tests.contract.directory_versions import (
    EXPIRY,
    FEBRUARY,
    JANUARY,
    MARCH,
    MOMENT,
    ROOT,
    agency,
    first,
    key,
    public,
    root_signs,
    signed,
    with_key,
)

# --- one version ---


def test_a_signed_version_is_read_back() -> None:
    directory = first()
    assert parse_directory(sign_directory(directory, ROOT, root_signs), ROOT) == directory


def test_the_text_is_canonical_json_in_one_line() -> None:
    text = first().text
    assert text.endswith("}\n")
    assert canonical_json(json.loads(text)).decode() + "\n" == text


def test_a_directory_can_be_handed_to_another_process() -> None:
    directory = first()
    copy = pickle.loads(pickle.dumps(directory))  # noqa: S301 - our own bytes
    assert copy == directory
    assert copy.key(copy.agencies["dic"].signatories[0].keys[0].kid) is not None


def test_agencies_cannot_be_changed_in_place() -> None:
    with pytest.raises(TypeError):
        first().agencies["customs"] = agency("customs")  # type: ignore[index]


def test_a_tampered_directory_is_refused() -> None:
    note = sign_directory(first(), ROOT, root_signs)
    with pytest.raises(DirectoryInvalid, match="signature is wrong"):
        parse_directory(note.replace("Cơ quan police", "Cơ quan Police"), ROOT)


def test_another_root_key_is_refused() -> None:
    note = sign_directory(first(), ROOT, root_signs)
    with pytest.raises(DirectoryInvalid, match="compare the root key"):
        parse_directory(note, VerifierKey(ROOT.name, public("another root")))


def test_a_root_of_another_province_cannot_sign_for_this_one() -> None:
    other = VerifierKey(root_key_name("dak-lak"), public("root"))
    with pytest.raises(DirectoryInvalid, match="cannot be signed by"):
        sign_directory(first(), other, root_signs)
    note = format_note(sign_note(first().text, other, root_signs))
    with pytest.raises(DirectoryInvalid, match="cannot be signed by"):
        parse_directory(note, other)


def edited(path: list[str | int], value: object) -> str:
    """The text of version 1 with one member changed, or taken away if the value is `...`, signed by the true root."""
    members = json.loads(first().text)
    place = members
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return signed(canonical_json(members).decode() + "\n")


HEAD: list[str | int] = ["agencies", "police", "signatories", 0]
HEAD_KEY: list[str | int] = [*HEAD, "keys", 0]
SERVICE_KEY: list[str | int] = ["agencies", "police", "signatories", 1, "keys", 0]


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (["format"], "phoihop-directory/2", "is no directory"),
        (["version"], 0, "number from 1"),
        (["version"], True, "number from 1"),
        (["version"], "1", "number from 1"),
        (["version"], ..., "'version' is missing"),
        (["previous"], "AAAA", "previous"),
        (["previous"], "x" * 42 + "w", "previous"),
        (["province"], "Lào Cai", "province"),
        (["province"], 7, "directory"),
        (["clock"], "sundial", "neither real nor simulated"),
        (["name"], "", "printable line"),
        (["issued_at"], "2026-01-01", "not an instant"),
        (["issued_at"], None, "JSON type"),
        (["surprise"], "x", "does not write"),
        (["agencies"], [], "JSON type"),
        (["agencies", "police", "name"], "two\u2028lines", "printable line"),
        (["agencies", "police", "symbol"], ..., "'symbol' is missing"),
        (["agencies", "police", "surprise"], "x", "does not write"),
        (["agencies", "police", "roles", 0, "until"], "2025-01-01T00:00:00.000Z", "ends before"),
        (["agencies", "police", "roles"], "police", "JSON type"),
        (["agencies", "po lice"], {}, "agency"),
        ([*HEAD, "capacity"], "cleaner", "capacity"),
        ([*HEAD, "id"], "service", "twice"),
        ([*HEAD, "id"], "deputy", "says otherwise"),
        ([*HEAD_KEY, "kid"], "lao-cai/police/head/AAAAAAAAAAAAAAAA", "says otherwise"),
        ([*HEAD_KEY, "kid"], "nonsense", "kid"),
        ([*HEAD_KEY, "public_key"], "AAAA", "32 bytes"),
        ([*HEAD_KEY, "public_key"], "A" * 43, "main subgroup"),
        ([*HEAD_KEY, "not_after"], "2026-01-01T00:00:00.000Z", "expires before"),
        ([*HEAD_KEY, "revoked_at"], "yesterday", "not an instant"),
    ],
)
def test_a_version_that_contradicts_itself_is_refused(path: list[str | int], value: object, problem: str) -> None:
    with pytest.raises(DirectoryInvalid, match=problem):
        parse_directory(edited(path, value), ROOT)


def test_text_that_is_not_canonical_is_refused() -> None:
    with pytest.raises(DirectoryInvalid, match="canonical"):
        parse_directory(signed(json.dumps(json.loads(first().text)) + "\n"), ROOT)


def test_what_is_no_note_is_refused() -> None:
    with pytest.raises(DirectoryInvalid, match="no signed note"):
        parse_directory(first().text, ROOT)


def test_one_key_in_two_hands_is_refused() -> None:
    stolen = public("police/head")
    dic = agency("dic")
    record = KeyRecord(stolen.kid("lao-cai", "dic", "head"), stolen, JANUARY, EXPIRY, "head")
    dic = replace(dic, signatories=(replace(dic.signatories[0], keys=(record,)), dic.signatories[1]))
    with pytest.raises(DirectoryInvalid, match="listed twice"):
        replace(first(), agencies={"police": agency("police"), "dic": dic})


def test_one_key_listed_twice_by_its_holder_is_refused() -> None:
    with pytest.raises(DirectoryInvalid, match="kid is listed twice"):
        replace(first(), agencies=with_key(first(), lambda k: (k, replace(k, revoked_at=FEBRUARY))))


def test_the_same_role_held_twice_at_once_is_refused() -> None:
    with pytest.raises(DirectoryInvalid, match="twice at once"):
        replace(first(), agencies={"dic": agency("dic", RoleTerm("dic", JANUARY, MARCH), RoleTerm("dic", FEBRUARY))})


def test_an_instant_finer_than_the_text_is_refused() -> None:
    with pytest.raises(DirectoryInvalid, match="whole milliseconds"):
        replace(first(), issued_at=JANUARY + timedelta(microseconds=1))


# --- what it answers ---


def test_a_key_is_found_with_its_binding() -> None:
    directory = first()
    found = directory.key(public("police/service").kid("lao-cai", "police", "service"))
    assert found is not None
    assert (found.agency, found.signatory, found.capacity) == ("police", "service", "service")
    assert found.public_key == public("police/service")
    assert directory.key("lao-cai/police/head/AAAAAAAAAAAAAAAA") is None


def test_roles_move_from_one_agency_to_another_at_their_instant() -> None:
    directory = replace(
        first(),
        agencies={
            "dic": agency("dic", RoleTerm("dic", JANUARY, MARCH), RoleTerm("it", JANUARY, FEBRUARY)),
            "sst": agency("sst", RoleTerm("science", JANUARY), RoleTerm("dic", MARCH)),
        },
    )
    assert directory.roles_of("dic", JANUARY - MOMENT) == frozenset()
    assert directory.roles_of("dic", JANUARY) == {"dic", "it"}
    assert directory.roles_of("dic", FEBRUARY) == {"dic"}
    assert directory.agencies_with_role("dic", MARCH - MOMENT) == ("dic",)
    assert directory.agencies_with_role("dic", MARCH) == ("sst",)
    assert directory.roles_of("dic", MARCH) == frozenset()
    assert directory.roles_of("unlisted", MARCH) == frozenset()
    assert directory.agencies_with_role("unheld", MARCH) == ()


_DAYS = st.integers(0, 12).map(lambda day: JANUARY + timedelta(days=day))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), _DAYS, st.none() | _DAYS), max_size=9), _DAYS)
def test_indexed_answers_are_those_of_looking_at_every_term(
    terms: list[tuple[str, str, datetime, datetime | None]], at: datetime
) -> None:
    held: dict[str, list[RoleTerm]] = {name: [] for name in ("aa", "bb", "cc")}
    for name, role, since, until in terms:
        if until is None or until > since:
            held[name * 2].append(RoleTerm(role, since, until))
    try:
        directory = replace(
            first(), agencies={name: replace(agency(name), roles=tuple(roles)) for name, roles in held.items()}
        )
    except DirectoryInvalid:
        return
    for name, roles in held.items():
        assert directory.roles_of(name, at) == {term.role for term in roles if term.holds(at)}
    for role in "xyz":
        expected = tuple(name for name, roles in held.items() if any(t.role == role and t.holds(at) for t in roles))
        assert directory.agencies_with_role(role, at) == expected


# --- whether a signature counts ---

BEGIN, END = JANUARY, EXPIRY


@pytest.mark.parametrize(
    ("at", "arrived", "now", "revoked_at", "standing"),
    [
        (BEGIN, BEGIN, BEGIN, None, KeyStanding.VALID),
        (BEGIN - MOMENT, BEGIN, BEGIN, None, KeyStanding.NOT_YET_VALID),
        (END - MOMENT, END - MOMENT, END - MOMENT, None, KeyStanding.VALID),
        (END - MOMENT, END, END, None, KeyStanding.VALID_LATE),
        (END - MOMENT, END - MOMENT, END, None, KeyStanding.VALID_LATE),
        (END, END, END, None, KeyStanding.EXPIRED_BEFORE_SIGNING),
        (BEGIN, FEBRUARY - MOMENT, MARCH, FEBRUARY, KeyStanding.VALID),
        (BEGIN, FEBRUARY, FEBRUARY, FEBRUARY, KeyStanding.REVOKED),
        (BEGIN, MARCH, MARCH, FEBRUARY, KeyStanding.REVOKED),
        (FEBRUARY, FEBRUARY - MOMENT, FEBRUARY, FEBRUARY, KeyStanding.REVOKED),
        (BEGIN - MOMENT, FEBRUARY, FEBRUARY, FEBRUARY, KeyStanding.REVOKED),
        (END - MOMENT, END, END + MOMENT, END + MOMENT, KeyStanding.VALID_LATE),
    ],
)
def test_the_standing_of_a_key(
    at: datetime, arrived: datetime, now: datetime, revoked_at: datetime | None, standing: KeyStanding
) -> None:
    record = replace(key("police", "head", "head"), revoked_at=revoked_at)
    found = key_standing(record, at=at, arrived=arrived, now=now)
    assert found is standing
    assert found.admits == (standing in {KeyStanding.VALID, KeyStanding.VALID_LATE})
