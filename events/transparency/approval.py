"""A checkpoint held against a policy: signed by a log that counts, cosigned by the quorum.

The checks, and what each rules out:

1. a listed log signed the note: a checkpoint that anybody made up
2. no known key's signature in it is wrong: a note that was altered or put together from others
3. the origin is that log's name: a log that speaks for another
4. the verified cosignatures make up the quorum: a history shown to one verifier alone
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from events.errors import PolicyUnmet, SignatureInvalid
from events.note import Note, VerifierKey, verify_note
from events.transparency.checkpoint import Checkpoint, parse_checkpoint
from events.transparency.cosignature import Cosignature, verified_cosignatures
from events.transparency.policy import Policy


@dataclass(frozen=True, slots=True)
class Approval:
    """A checkpoint that a policy accepts: the log that signed it, and all cosignatures of the policy's witnesses.

    `witnessed_at_seconds` is the earliest time, since 1970, by which the quorum had cosigned; None without a quorum.
    """

    checkpoint: Checkpoint
    log_key: VerifierKey
    cosignatures: tuple[Cosignature, ...]
    witnessed_at_seconds: int | None


def approve(note: Note, policy: Policy, known_logs: Iterable[VerifierKey] = ()) -> Approval:
    """Check a checkpoint's note against a policy.

    `known_logs` are logs trusted from elsewhere, beside those that the policy lists. Raises `SignatureInvalid` where
    check 1, 2 or 3 fails, `PolicyUnmet` for check 4, `Malformed` for a note that is no checkpoint.
    """
    log_keys = verify_note(note, (*(log.key for log in policy.logs), *known_logs))
    cosignatures = verified_cosignatures(note, policy.cosigner_keys)
    checkpoint = parse_checkpoint(note.text)
    log_key = next((key for key in log_keys if key.name == checkpoint.origin), None)
    if log_key is None:
        names = ", ".join(key.name for key in log_keys)
        raise SignatureInvalid(f"the checkpoint of {checkpoint.origin!r} is signed by another log: {names}")
    cosigners = {cosignature.cosigner for cosignature in cosignatures}
    if not policy.is_met_by(cosigners):
        raise PolicyUnmet(
            f"the checkpoint of {checkpoint.size} leaves of {checkpoint.origin} is not cosigned as the policy asks: "
            f"{policy.explain_unmet(cosigners)}"
        )
    return Approval(checkpoint, log_key, cosignatures, policy.met_at_seconds(cosignatures))
