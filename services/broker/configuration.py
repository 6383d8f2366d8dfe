"""The configuration file of nats-server, as text.

Source: https://docs.nats.io/running-a-nats-service/configuration
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

# An event of 1 MiB and room for its headers; the stream has the same limit.
MAX_MESSAGE_BYTES = 1_048_576 + 65_536

# Room kept for the agencies' mail when nobody says otherwise. It only has to be
# larger than any disk: a limit of the server would refuse mail while there is room.
_MAX_FILE_STORE_BYTES = 1 << 50


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Paths of PEM files. With `authority`, clients must show a certificate it issued."""

    certificate: Path
    key: Path
    authority: Path | None = None


def server_configuration(
    *,
    name: str,
    listen: str,
    folder: Path,
    system_account: str,
    system_jwt: str,
    monitor: str = "127.0.0.1:-1",
    tls: TlsFiles | None = None,
) -> str:
    """The configuration of one server on the broker folder `folder`.

    `listen` and `monitor` are ``host:port``, where port -1 takes a free one. The syntax is NATS'
    own superset of JSON; strings are written as JSON strings.
    """
    lines = [
        f"server_name: {_text(name)}",
        f"listen: {_text(listen)}",
        f"http: {_text(monitor)}",
        f"max_payload: {MAX_MESSAGE_BYTES}",
        # The server writes what it has before it closes, at most this long.
        'lame_duck_duration: "30s"',
        "jetstream {",
        f"  store_dir: {_text(folder / 'jetstream')}",
        # By default JetStream acknowledges what a power failure within the next two
        # minutes would lose.
        "  sync_interval: always",
        f"  max_file_store: {_MAX_FILE_STORE_BYTES}",
        "}",
        f"operator: {_text(folder / 'operator.jwt')}",
        f"system_account: {system_account}",
        "resolver {",
        "  type: full",
        f"  dir: {_text(folder / 'resolver')}",
        "  allow_delete: false",
        # In a cluster, how soon a server that was away hears of a revocation.
        '  interval: "10s"',
        "}",
        f"resolver_preload: {{ {system_account}: {_text(system_jwt)} }}",
    ]
    if tls:
        lines += ["tls {", f"  cert_file: {_text(tls.certificate)}", f"  key_file: {_text(tls.key)}"]
        if tls.authority:
            lines += [f"  ca_file: {_text(tls.authority)}", "  verify: true"]
        lines.append("}")
    return "\n".join(lines) + "\n"


def _text(value: object) -> str:
    return json.dumps(str(value), ensure_ascii=False)
