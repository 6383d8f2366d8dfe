"""A province's network on disk: keys, accounts, credentials.

``BrokerFolder`` is the folder ``<dir>/broker``:

=====================  ====================================================
``network.json``       province, public keys of hub and system account
``keys/*.nk``          secret seeds: operator, hub, system, ``agency-<id>``
``creds/*.creds``      the provisioner's and the administrator's credentials
``agencies/<id>.json``  an agency's account and user key, and revoked keys
``operator.jwt``       the trust anchor the server is given
``resolver/*.jwt``     the accounts' JWTs, shared with the running server
``jetstream/``         the server's store
``endpoint.json``      where the running server listens
=====================  ====================================================

Everything is mode 0600 under folders of mode 0700. All changes are idempotent and
none needs the server; `services.broker.live` tells a running one.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from services.broker import accounts
from services.broker.claims import (
    Account,
    KeyKind,
    Nkey,
    User,
    decode_claims,
    encode_account,
    encode_credentials,
    encode_operator,
    encode_user,
)
from services.broker.errors import NetworkDiffers, NetworkMissing, UnknownAgency
from services.broker.files import exclusive, private_folder, read_private, write_private
from services.broker.names import checked_slug


@dataclass(frozen=True, slots=True)
class Network:
    """What identifies a network: its province and its two fixed accounts' public keys."""

    province: str
    hub: str
    system: str


@dataclass(frozen=True, slots=True)
class Membership:
    """An agency on the network; `user` is its client's public key, None while revoked."""

    agency: str
    account: str
    user: str | None
    revoked: dict[str, int] = field(default_factory=dict)


class BrokerFolder:
    """The files of one network. `path` is ``<dir>/broker``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def network(self) -> Network:
        """Raises NetworkMissing."""
        try:
            return Network(**json.loads((self.path / "network.json").read_text("utf-8")))
        except FileNotFoundError:
            raise NetworkMissing(self.path) from None

    @property
    def provisioner_creds(self) -> Path:
        """The credentials of the user that makes the stream and the durables."""
        return self.path / "creds" / "provisioner.creds"

    @property
    def administrator_creds(self) -> Path:
        """The credentials of the user that hands changed accounts to the server."""
        return self.path / "creds" / "administrator.creds"

    @property
    def resolver(self) -> Path:
        """Where the server keeps account JWTs, a file ``<public key>.jwt`` each."""
        return self.path / "resolver"

    def account_jwt(self, public: str) -> str:
        """The JWT of an account as last issued."""
        return (self.resolver / f"{public}.jwt").read_text("utf-8")

    def init(self, province: str, *, now: datetime | None = None) -> Network:
        """Make the network of `province`, or check that it is there already.

        Raises NetworkDiffers, BadName, DiskFull.
        """
        checked_slug("province", province)
        private_folder(self.path)
        with exclusive(self.path / "network.lock"):
            if (self.path / "network.json").exists():
                found = self.network
                if found.province != province:
                    raise NetworkDiffers(self.path, found.province, province)
                return found
            return self._make(province, _unix(now))

    def _make(self, province: str, issued_at: int) -> Network:
        operator = self._key("operator", KeyKind.OPERATOR)
        system = self._key("system", KeyKind.ACCOUNT)
        hub = self._key("hub", KeyKind.ACCOUNT)
        trust = encode_operator(f"phoihop-{province}", operator, system.public, issued_at)
        write_private(self.path / "operator.jwt", trust)
        self._issue(accounts.system_account(), system.public, issued_at)
        self._issue(accounts.hub_account(province), hub.public, issued_at)
        for user, account, path in (
            (accounts.provisioner_user(province), hub, self.provisioner_creds),
            (accounts.administrator_user(), system, self.administrator_creds),
        ):
            self._write_credentials(user, account, path, issued_at)
        network = Network(province, hub.public, system.public)
        # Written last: a folder without it was left half-made and is finished next time.
        write_private(self.path / "network.json", json.dumps(asdict(network)))
        return network

    def agencies(self) -> list[str]:
        """Every agency that ever joined, revoked or not, by id."""
        return sorted(path.stem for path in (self.path / "agencies").glob("*.json"))

    def membership(self, agency: str) -> Membership:
        """Raises UnknownAgency, BadName."""
        path = self._membership_path(agency)
        if not path.exists():
            raise UnknownAgency(agency)
        return Membership(**json.loads(path.read_text("utf-8")))

    def add_agency(
        self,
        agency: str,
        creds_path: Path,
        *,
        now: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> Membership:
        """Give `agency` an account and write its client's credentials to `creds_path`.

        If it has both already, nothing changes. If the credentials are gone, it gets
        a new key and the lost one is revoked. `expires_at`: when the server stops
        accepting the new key, None for never.

        Raises NetworkMissing, BadName, DiskFull.
        """
        network = self.network
        issued_at = _unix(now)
        with exclusive(self.path / "network.lock"):
            known = self.membership(agency) if self._membership_path(agency).exists() else None
            if known and known.user and _holder(creds_path) == known.user:
                return known
            account = self._key(f"agency-{agency}", KeyKind.ACCOUNT)
            revoked = dict(known.revoked) if known else {}
            if known and known.user:
                revoked[known.user] = issued_at
            self._issue(
                accounts.agency_account(network.province, agency, network.hub, revoked),
                account.public,
                issued_at,
            )
            user = self._write_credentials(
                accounts.agency_user(network.province, agency),
                account,
                creds_path,
                issued_at,
                _unix(expires_at) if expires_at else None,
            )
            return self._remember(Membership(agency, account.public, user, revoked))

    def revoke_agency(self, agency: str, *, now: datetime | None = None) -> Membership:
        """Refuse the agency's key from now on; its durable and its waiting mail stay.

        Raises UnknownAgency, NetworkMissing, BadName.
        """
        network = self.network
        issued_at = _unix(now)
        with exclusive(self.path / "network.lock"):
            known = self.membership(agency)
            if known.user is None:
                return known
            revoked = {**known.revoked, known.user: issued_at}
            self._issue(
                accounts.agency_account(network.province, agency, network.hub, revoked),
                known.account,
                issued_at,
            )
            return self._remember(Membership(agency, known.account, None, revoked))

    def _membership_path(self, agency: str) -> Path:
        return self.path / "agencies" / f"{checked_slug('agency', agency)}.json"

    def _remember(self, membership: Membership) -> Membership:
        write_private(self._membership_path(membership.agency), json.dumps(asdict(membership), indent=1))
        return membership

    def _key(self, name: str, kind: KeyKind) -> Nkey:
        path = self.path / "keys" / f"{name}.nk"
        if not path.exists():
            write_private(path, Nkey.from_entropy(kind, secrets.token_bytes(32)).seed)
        return Nkey.from_seed(read_private(path))

    def _issue(self, account: Account, public: str, issued_at: int) -> None:
        operator = Nkey.from_seed(read_private(self.path / "keys" / "operator.nk"))
        jwt = encode_account(account, public, operator, issued_at)
        write_private(self.resolver / f"{public}.jwt", jwt)

    def _write_credentials(
        self,
        user: User,
        account: Nkey,
        path: Path,
        issued_at: int,
        expires_at: int | None = None,
    ) -> str:
        key = Nkey.from_entropy(KeyKind.USER, secrets.token_bytes(32))
        jwt = encode_user(user, key.public, account, issued_at, expires_at)
        write_private(path, encode_credentials(jwt, key))
        return key.public


def _holder(creds_path: Path) -> str | None:
    """The public key of the user whose credentials these are, None if there are none."""
    if not creds_path.exists():
        return None
    user_jwt = read_private(creds_path).splitlines()[1]
    return str(decode_claims(user_jwt)["sub"])


def _unix(moment: datetime | None) -> int:
    return int((moment or datetime.now(UTC)).timestamp())
