"""JWTs and permissions as pure values."""

from __future__ import annotations

import base64
import json

import nkeys
import pytest

from services.broker.accounts import agency_account, agency_user, hub_account
from services.broker.claims import KeyKind, Nkey, decode_claims, encode_account, encode_user
from services.broker.errors import BadName
from services.broker.names import mail_filter, own_subjects
from services.broker.provision import configuration_differences, stream_configuration

OPERATOR = Nkey.from_entropy(KeyKind.OPERATOR, b"o" * 32)
ACCOUNT = Nkey.from_entropy(KeyKind.ACCOUNT, b"a" * 32)
USER = Nkey.from_entropy(KeyKind.USER, b"u" * 32)


def test_a_jwt_is_signed_over_header_and_claims_by_its_issuer() -> None:
    jwt = encode_account(hub_account("lao-cai"), ACCOUNT.public, OPERATOR, 1_700_000_000)
    header, body, signature = jwt.split(".")
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "ed25519-nkey", "typ": "JWT"}
    assert nkeys.from_seed(bytearray(OPERATOR.seed.encode())).verify(
        f"{header}.{body}".encode(), base64.urlsafe_b64decode(signature + "==")
    )
    claims = decode_claims(jwt)
    assert (claims["iss"], claims["sub"], claims["iat"]) == (OPERATOR.public, ACCOUNT.public, 1_700_000_000)


def test_an_expiry_is_in_the_claims_only_if_there_is_one() -> None:
    user = agency_user("lao-cai", "dic")
    assert "exp" not in decode_claims(encode_user(user, USER.public, ACCOUNT, 1))
    assert decode_claims(encode_user(user, USER.public, ACCOUNT, 1, 99))["exp"] == 99


def test_a_seed_does_not_show_in_a_representation() -> None:
    assert USER.seed not in repr(USER)


def test_the_hubs_account_does_not_depend_on_who_joined() -> None:
    text = json.dumps(hub_account("lao-cai").claims())
    assert "police" not in text
    assert hub_account("lao-cai") == hub_account("lao-cai")


def test_an_agencys_imports_and_permissions_name_nobody_else() -> None:
    account, user = agency_account("lao-cai", "police", ACCOUNT.public), agency_user("lao-cai", "police")
    for one in account.imports:
        assert "*" not in one.subject
        assert "police" in one.subject.split(".")
    for subject in [*user.publish, *user.subscribe]:
        assert "*" not in subject
        assert "police" in subject
    assert not account.jetstream


@pytest.mark.parametrize("name", ["*", ">", "a.b", "police.>", "A", "x", "", "p" * 33, "police\n", "công-an"])
def test_a_name_that_would_widen_a_permission_is_refused(name: str) -> None:
    with pytest.raises(BadName):
        own_subjects("lao-cai", name)
    with pytest.raises(BadName):
        mail_filter(name, "police")
    with pytest.raises(BadName):
        agency_user("lao-cai", name)


@pytest.mark.parametrize("granted", ["allow_direct", "allow_rollup_hdrs", "allow_msg_ttl", "allow_msg_schedules"])
def test_a_stream_that_grants_more_differs(granted: str) -> None:
    wanted = stream_configuration("lao-cai")
    assert configuration_differences({**wanted, granted: True}, wanted) == {granted: (True, False)}


def test_a_stream_that_lost_its_protection_differs() -> None:
    wanted = stream_configuration("lao-cai")
    weakened = {key: value for key, value in wanted.items() if key != "deny_delete"}
    assert configuration_differences(weakened, wanted) == {"deny_delete": (None, True)}
    assert configuration_differences({**wanted, "republish": {"src": ">"}}, wanted)
