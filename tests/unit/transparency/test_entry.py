"""The log entry: what it commits to, and that nothing else gives the same 32 bytes."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidValue, ProofInvalid
from events.transparency.entry import Delivery, log_entry, verify_entry

DELIVERY = Delivery(
    sha256(b"envelope").digest(), "eyJhbGciOi..c2ln", "police", 41, datetime(2026, 11, 21, 3, 4, 5, 678_000, tzinfo=UTC)
)


def test_the_layout_byte_by_byte() -> None:
    preimage = bytes.fromhex(
        "70686f69686f702f6c6f672d656e7472792f76310a"
        "00000020" + DELIVERY.envelope_digest.hex() + "00000010" + b"eyJhbGciOi..c2ln".hex() + "00000006706f6c696365"
        "000000080000000000000029" + "00000018" + b"2026-11-21T03:04:05.678Z".hex()
    )
    assert log_entry(DELIVERY) == sha256(preimage).digest()
    assert log_entry(DELIVERY).hex() == "4f69402a054e8dba183ce1fb9669d05390fc27260731d70c6de202bf1f7a7d4d"


def test_absent_fields_have_no_bytes() -> None:
    bare = replace(DELIVERY, stream_sequence=None, stored_at=None)
    fields = (DELIVERY.envelope_digest, b"eyJhbGciOi..c2ln", b"police", b"", b"")
    preimage = b"phoihop/log-entry/v1\n" + b"".join(len(each).to_bytes(4, "big") + each for each in fields)
    assert log_entry(bare) == sha256(preimage).digest()


def test_the_same_instant_in_another_zone_is_the_same_entry() -> None:
    assert DELIVERY.stored_at is not None
    local = DELIVERY.stored_at.astimezone(timezone(timedelta(hours=7)))
    assert log_entry(replace(DELIVERY, stored_at=local)) == log_entry(DELIVERY)


@pytest.mark.parametrize(
    "change",
    [
        {"envelope_digest": sha256(b"another").digest()},
        {"signature": "eyJhbGciOi..c2lo"},
        {"recipient": "trade"},
        {"stream_sequence": 42},
        {"stream_sequence": None},
        {"stored_at": datetime(2026, 11, 21, 3, 4, 5, 679_000, tzinfo=UTC)},
        {"stored_at": None},
    ],
)
def test_another_delivery_has_another_entry(change: dict[str, object]) -> None:
    entry = log_entry(DELIVERY)
    verify_entry(entry, DELIVERY)
    with pytest.raises(ProofInvalid) as caught:
        verify_entry(entry, replace(DELIVERY, **change))  # type: ignore[arg-type]
    assert caught.value.check == "entry"


deliveries = st.builds(
    Delivery,
    st.binary(min_size=32, max_size=32),
    st.text("abc.", min_size=1, max_size=4),
    st.text("ab-", min_size=2, max_size=4),
    st.none() | st.integers(1, 2**64 - 1),
    st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)


@given(deliveries, deliveries)
def test_different_deliveries_never_share_an_entry(one: Delivery, other: Delivery) -> None:
    def cut(each: Delivery) -> Delivery:
        at = each.stored_at
        return replace(each, stored_at=at and at.replace(microsecond=at.microsecond // 1000 * 1000))

    assert (log_entry(one) == log_entry(other)) == (cut(one) == cut(other))


@pytest.mark.parametrize(
    "change",
    [
        {"envelope_digest": b""},
        {"envelope_digest": bytes(33)},
        {"signature": ""},
        {"signature": "é"},
        {"signature": "a" * 1025},
        {"recipient": "Police"},
        {"recipient": ""},
        {"stream_sequence": 0},
        {"stream_sequence": -1},
        {"stream_sequence": 2**64},
    ],
)
def test_what_is_no_delivery(change: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        replace(DELIVERY, **change)  # type: ignore[arg-type]


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(InvalidValue, match="time zone"):
        log_entry(replace(DELIVERY, stored_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_an_offline_verifier_loads_no_models_and_no_broker() -> None:
    modules = "approval checkpoint compact_range cosignature entry entry_bundle merkle policy_file tile_path tiles"
    code = "; ".join(f"import events.transparency.{module}" for module in modules.split())
    code += "; import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "events" in loaded
    assert not {"pydantic", "nats", "sqlite3", "asyncio", "eventsourcing", "faststream"} & set(loaded)
