"""The directory: what a version must be by itself, what may follow it, and what it answers."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from events.canonical import canonical_json
from events.directory import (
    Agency,
    Capacity,
    Directory,
    KeyRecord,
    RoleTerm,
    Signatory,
    parse_directory,
    root_key_name,
    sign_directory,
)
from events.errors import DirectoryInvalid
from events.key_standing import KeyStanding, key_standing
from events.keys import PublicKey
from events.note import VerifierKey, format_note, sign_note
from events.recipients import GENESIS
from events.succession import DirectoryOlder, DirectorySkips, check_succession

JANUARY, FEBRUARY, MARCH = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3))
EXPIRY = datetime(2028, 1, 1, tzinfo=UTC)
MOMENT = timedelta(milliseconds=1)


def private(seed: str) -> SigningKey:
    return SigningKey(hashlib.sha256(f"for tests only: {seed}".encode()).digest())


def public(seed: str) -> PublicKey:
    return PublicKey(bytes(private(seed).verify_key))


def root_signs(message: bytes) -> bytes:
    return private("root").sign(message).signature


ROOT = VerifierKey(root_key_name("lao-cai"), public("root"))


def key(
    agency: str, signatory: str, capacity: Capacity, *, seed: str = "", not_before: datetime = JANUARY
) -> KeyRecord:
    public_key = public(f"{agency}/{signatory}{seed}")
    return KeyRecord(public_key.kid("lao-cai", agency, signatory), public_key, not_before, EXPIRY, capacity)


def agency(agency_id: str, *roles: RoleTerm) -> Agency:
    return Agency(
        id=agency_id,
        name=f"Cơ quan {agency_id}",
        name_en=f"Agency {agency_id}",
        symbol=agency_id.upper(),
        roles=roles or (RoleTerm(agency_id, JANUARY),),
        signatories=(
            Signatory("head", "Giám đốc", "head", (key(agency_id, "head", "head"),)),
            Signatory("service", "Hệ thống tự động", "service", (key(agency_id, "service", "service"),)),
        ),
    )


def first() -> Directory:
    agencies = {each.id: each for each in (agency("police"), agency("dic", RoleTerm("dic", JANUARY)), agency("sst"))}
    return Directory(1, GENESIS, "lao-cai", "Tỉnh Lào Cai", "lao-cai-29-2008", JANUARY, "real", agencies)


def after(old: Directory, **changes: Any) -> Directory:
    frame: dict[str, Any] = {"version": old.version + 1, "previous": old.digest, "issued_at": FEBRUARY}
    return replace(old, **(frame | changes))


def with_agency(directory: Directory, changed: Agency) -> dict[str, Agency]:
    return {**directory.agencies, changed.id: changed}


def with_key(old: Directory, change: Callable[[KeyRecord], tuple[KeyRecord, ...]]) -> dict[str, Agency]:
    """The agencies, with police's head's key replaced by what `change` makes of it."""
    police = old.agencies["police"]
    head, *others = police.signatories
    return with_agency(old, replace(police, signatories=(replace(head, keys=change(head.keys[0])), *others)))


def signed(text: str) -> str:
    return format_note(sign_note(text, ROOT, root_signs))


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


# --- what may follow ---


def test_a_next_version_with_a_new_agency_and_a_new_key_follows() -> None:
    old = first()
    renewed = key("police", "head", "head", seed="2", not_before=FEBRUARY)
    check_succession(old, after(old, agencies={**with_key(old, lambda k: (k, renewed)), "customs": agency("customs")}))


def test_an_older_version_is_refused_as_older() -> None:
    old = first()
    new = after(old)
    for stale in (old, new):
        with pytest.raises(DirectoryOlder, match="not newer"):
            check_succession(new, stale)


def test_two_texts_under_one_number_are_a_fork() -> None:
    old = first()
    with pytest.raises(DirectoryInvalid, match="signed one number twice") as caught:
        check_succession(after(old), after(old, name="Tỉnh Lào Cai mới"))
    assert not isinstance(caught.value, DirectoryOlder)


def test_a_skipped_version_says_which_are_missing() -> None:
    old = first()
    with pytest.raises(DirectorySkips) as caught:
        check_succession(old, after(old, version=4))
    assert list(caught.value.missing) == [2, 3]


def role(
    until: datetime | None = None, since: datetime = JANUARY, name: str = "dic"
) -> Callable[[Directory], dict[str, Agency]]:
    return lambda old: with_agency(old, replace(old.agencies["dic"], roles=(RoleTerm(name, since, until),)))


def revoked(at: datetime | None) -> Callable[[Directory], dict[str, Agency]]:
    return lambda old: with_key(old, lambda k: (replace(k, revoked_at=at),))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"clock": "simulated"}, "changes clock"),
        ({"regulation": "dak-lak-39-2010"}, "changes regulation"),
        ({"previous": hashlib.sha256(b"another").digest()}, "digest differs"),
        ({"issued_at": JANUARY - MOMENT}, "issued before"),
        ({"agencies": {}}, "vanishes"),
        ({"agencies": lambda old: with_key(old, lambda _: ())}, "vanishes"),
        (
            {"agencies": lambda old: with_key(old, lambda k: (replace(k, not_after=k.not_after + MOMENT),))},
            "changes its period",
        ),
        (
            {"agencies": lambda old: with_key(old, lambda k: (k, key("police", "head", "head", seed="backdated")))},
            None,
        ),
        (
            {
                "agencies": lambda old: with_key(
                    old, lambda k: (k, key("police", "head", "head", seed="b", not_before=JANUARY - MOMENT))
                )
            },
            "is valid before version",
        ),
        (
            {
                "agencies": lambda old: with_agency(
                    old, replace(old.agencies["dic"], signatories=old.agencies["dic"].signatories[1:])
                )
            },
            "signatory 'head' vanishes",
        ),
        (
            {
                "agencies": lambda old: with_agency(
                    old,
                    replace(
                        old.agencies["dic"],
                        signatories=(
                            Signatory("head", "Giám đốc", "deputy", (key("dic", "head", "deputy"),)),
                            old.agencies["dic"].signatories[1],
                        ),
                    ),
                )
            },
            "changes capacity",
        ),
        ({"agencies": revoked(FEBRUARY)}, None),
        ({"agencies": role(until=MARCH)}, None),
        ({"agencies": role(until=FEBRUARY)}, None),
        ({"agencies": role(until=FEBRUARY - MOMENT)}, "judged already"),
        ({"agencies": role(since=JANUARY + MOMENT)}, "vanishes"),
        ({"agencies": role(name="other")}, "vanishes"),
    ],
)
def test_history_is_added_to_and_not_rewritten(changes: dict[str, Any], problem: str | None) -> None:
    old = first()
    new = after(old, **{name: value(old) if callable(value) else value for name, value in changes.items()})
    if problem is None:
        check_succession(old, new)
    else:
        with pytest.raises(DirectoryInvalid, match=problem):
            check_succession(old, new)


@pytest.mark.parametrize(
    ("then", "allowed"), [(None, False), (FEBRUARY + MOMENT, False), (FEBRUARY, True), (JANUARY, True)]
)
def test_a_revocation_stays_or_moves_earlier(then: datetime | None, allowed: bool) -> None:
    old = first()
    old = after(old, agencies=revoked(FEBRUARY)(old))
    new = after(old, issued_at=MARCH, agencies=revoked(then)(old))
    if allowed:
        check_succession(old, new)
    else:
        with pytest.raises(DirectoryInvalid, match="taken back or moved later"):
            check_succession(old, new)


def test_an_end_that_has_passed_is_not_moved() -> None:
    old = first()
    old = after(old, agencies=role(until=FEBRUARY)(old))
    with pytest.raises(DirectoryInvalid, match="judged already"):
        check_succession(old, after(old, issued_at=MARCH, agencies=role(until=None)(old)))


def test_an_end_that_is_still_to_come_may_be_taken_back() -> None:
    old = first()
    old = after(old, agencies=role(until=MARCH)(old))
    check_succession(old, after(old, issued_at=MARCH - MOMENT, agencies=role(until=None)(old)))


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


# --- succession of roles ---

SINCE = datetime(2026, 4, 1, tzinfo=UTC)


def passed(old: Directory, *, to: str = "sst", until: datetime = MARCH) -> Directory:
    """DIC's role passes to another agency."""
    gone = replace(old.agencies["dic"], roles=(RoleTerm("dic", JANUARY, until, to),))
    agencies = {**old.agencies, "dic": gone}
    if to in agencies and to != "dic":
        agencies[to] = replace(agencies[to], roles=(*agencies[to].roles, RoleTerm("dic", until)))
    return after(old, agencies=agencies)


def test_a_role_that_passes_is_signed_and_read_back() -> None:
    new = passed(first())
    check_succession(first(), new)
    assert parse_directory(sign_directory(new, ROOT, root_signs), ROOT) == new
    assert json.loads(new.text)["agencies"]["dic"]["roles"] == [
        {"role": "dic", "since": "2026-01-01T00:00:00.000Z", "successor": "sst", "until": "2026-03-01T00:00:00.000Z"}
    ]


def test_versions_without_a_successor_keep_their_text() -> None:
    assert "successor" not in first().text


def test_the_successor_stands_in_from_the_very_instant() -> None:
    new = passed(first())
    assert new.heirs_at(MARCH - MOMENT) == {}
    assert new.heirs_at(MARCH) == {"dic": "sst"}
    assert new.agencies_with_role("dic", MARCH) == ("sst",)


def test_a_successor_that_is_gone_too_has_passed_everything_on() -> None:
    new = passed(first())
    sst = replace(
        new.agencies["sst"],
        roles=(RoleTerm("sst", JANUARY, SINCE, "police"), RoleTerm("dic", MARCH, SINCE, "police")),
    )
    police = replace(
        new.agencies["police"],
        roles=(RoleTerm("police", JANUARY), RoleTerm("dic", SINCE), RoleTerm("sst", SINCE)),
    )
    new = replace(new, agencies={**new.agencies, "sst": sst, "police": police})
    assert new.heirs_at(MARCH) == {"dic": "sst"}
    assert new.heirs_at(SINCE) == {"dic": "police", "sst": "police"}


def test_an_agency_that_keeps_a_role_keeps_its_open_work() -> None:
    new = passed(first())
    dic = replace(new.agencies["dic"], roles=(*new.agencies["dic"].roles, RoleTerm("press", JANUARY)))
    assert replace(new, agencies=with_agency(new, dic)).heirs_at(SINCE) == {}


def test_a_role_that_just_ends_leaves_nobody_in_its_place() -> None:
    gone = replace(first().agencies["dic"], roles=(RoleTerm("dic", JANUARY, MARCH),))
    assert replace(first(), agencies=with_agency(first(), gone)).heirs_at(SINCE) == {}


@pytest.mark.parametrize(
    ("roles", "problem"),
    [
        ((RoleTerm("dic", JANUARY, None, "sst"),), "names a successor but no end"),
        ((RoleTerm("dic", JANUARY, MARCH, "nobody"),), "no other agency listed"),
        ((RoleTerm("dic", JANUARY, MARCH, "dic"),), "no other agency listed"),
        ((RoleTerm("dic", JANUARY, MARCH, "sst"),), "does not hold it from then on"),
        (
            (RoleTerm("sst", JANUARY, MARCH, "sst"), RoleTerm("police", JANUARY, MARCH, "police")),
            "pass to different agencies",
        ),
    ],
)
def test_a_succession_that_cannot_be_is_refused(roles: tuple[RoleTerm, ...], problem: str) -> None:
    broken = replace(first().agencies["dic"], roles=roles)
    with pytest.raises(DirectoryInvalid, match=problem):
        replace(first(), agencies=with_agency(first(), broken))


def test_a_past_succession_is_not_rewritten() -> None:
    old = passed(first())
    later = replace(old, version=3, previous=old.digest, issued_at=SINCE)
    police = replace(old.agencies["police"], roles=(*old.agencies["police"].roles, RoleTerm("dic", MARCH)))
    gone = replace(old.agencies["dic"], roles=(RoleTerm("dic", JANUARY, MARCH, "police"),))
    with pytest.raises(DirectoryInvalid, match="judged already"):
        check_succession(old, replace(later, agencies={**old.agencies, "dic": gone, "police": police}))
    still_open = replace(later, issued_at=FEBRUARY, agencies={**old.agencies, "dic": gone, "police": police})
    check_succession(old, still_open)
