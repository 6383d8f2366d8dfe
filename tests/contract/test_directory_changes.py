"""The directory as it changes: what may follow a version, and how roles pass from one agency to another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from events.directory import (
    Agency,
    Directory,
    RoleTerm,
    Signatory,
    parse_directory,
    sign_directory,
)
from events.errors import DirectoryInvalid
from events.succession import DirectoryOlder, DirectorySkips, check_succession
from tests.contract.directory_versions import (
    FEBRUARY,
    JANUARY,
    MARCH,
    MOMENT,
    ROOT,
    after,
    agency,
    first,
    key,
    root_signs,
    with_agency,
    with_key,
)

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
