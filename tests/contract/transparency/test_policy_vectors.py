"""Policy files against the specification's example and the cases of two other implementations."""

from __future__ import annotations

from typing import Any

import pytest

from events.errors import PolicyInvalid
from events.note import parse_verifier_key
from events.transparency.cosignature import CosignerKey, parse_cosigner_key
from events.transparency.policy_file import format_policy, parse_policy
from tests.contract.transparency.published import load

VECTORS = load("policies")
PLAIN = (
    "Wit1+55ee4561+AVhZSmQj9+SoL+p/nN0Hh76xXmF7QcHfytUrI1XfSClk",
    "Wit2+85ecc407+AWVbwFJte9wMQIPSnEnj4KibeO6vSIOEDUTDp3o63c2x",
    "Wit3+d3ed3be7+ASb6Uz1+fxAcXkMvDd7nGa3FjDce7LxIKmbbTCT0MpVn",
)
"""The plain keys of transparency-dev/formats' tests, made witnesses' keys as those tests do."""

WITNESSES = [CosignerKey(key.name, key.public_key) for key in map(parse_verifier_key, PLAIN)]
WITNESSES += map(parse_cosigner_key, load("cosignatures")["cosigner_keys"])
NAMES = {f"w{number}": key for number, key in enumerate(WITNESSES, start=1)}
KEYS = {name: str(key) for name, key in NAMES.items()} | {
    "log": load("cosignatures")["notes"][0]["log_key"],
    "log2": load("cosignatures")["signed_note"]["key"],
    "impostor": str(CosignerKey("impostor.example.com", WITNESSES[0].public_key)),
}


def filled(text: str) -> bytes:
    for name, key in KEYS.items():
        text = text.replace(f"{{{name}}}", key)
    return text.encode()


@pytest.mark.parametrize("why", VECTORS["accepted"])
def test_published_policies_are_read_written_and_evaluated(why: str) -> None:
    case: dict[str, Any] = VECTORS["accepted"][why]
    policy = parse_policy(filled(case["text"]))
    assert format_policy(policy) == filled(case["canonical"])
    assert parse_policy(format_policy(policy)) == policy
    for names in case["met"]:
        assert policy.is_met_by([NAMES[name] for name in names]), names
    for names in case["unmet"]:
        assert not policy.is_met_by([NAMES[name] for name in names]), names


@pytest.mark.parametrize("why", VECTORS["refused"])
def test_published_malformed_policies_are_refused_at_their_line(why: str) -> None:
    case: dict[str, Any] = VECTORS["refused"][why]
    with pytest.raises(PolicyInvalid, match=case["says"]) as caught:
        parse_policy(filled(case["text"]))
    assert caught.value.line == case["line"]


def test_names_are_octets_whatever_they_spell() -> None:
    kelvin = "\N{KELVIN SIGN}".encode()
    text = b"witness K" + kelvin + b"w\x80 " + KEYS["w1"].encode() + b"\nwitness K " + KEYS["w2"].encode()
    text += b"\ngroup g 1 K" + kelvin + b"w\x80\nquorum g\n"
    policy = parse_policy(text)
    assert format_policy(policy) == text
    assert len({witness.name for witness in policy.witnesses}) == 2
    no_break_space = "w\u00a0x".encode()
    text = b"witness " + no_break_space + b" " + KEYS["w1"].encode() + b"\nquorum " + no_break_space + b"\n"
    assert format_policy(parse_policy(text)) == text
