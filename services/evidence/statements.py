"""What protocol messages of a package state beside receipts: gaps, directories published, alarms over the log.

| check | rules out |
| --- | --- |
| directory-swapped | a directory version other than the one that was published under its number |
| directory-rolled-back | a directory that stops before versions that were published or used |
| log-forked | another tree of the same size that the log signed too |
| log-rolled-back | a log that had signed for more entries than it held later |
"""

from __future__ import annotations

from events.audit.finding import AuditCheck
from events.audit.log_keys import log_keys
from events.canonical import parse_canonical
from events.directory import Directory
from events.errors import Malformed, PhoihopError
from events.note import VerifierKey, parse_note, verify_note
from events.transparency.checkpoint import Checkpoint, parse_checkpoint
from events.types.protocol import DirectoryPublished, GapDeclared
from events.types.transparency import LogAlarmRaised
from services.evidence.authenticity import Held
from services.evidence.chains import Chains
from services.evidence.faults import Faults
from services.evidence.layout import DIRECTORY_FOLDER
from services.evidence.trees import Trees


class Statements:
    """What was stated so far. `directories` are the package's, `trees` its checkpoints."""

    def __init__(
        self, root: VerifierKey, directories: tuple[Directory, ...], trees: Trees, chains: Chains, faults: Faults
    ) -> None:
        self._root = root
        self._directories = directories
        self._chains = chains
        self._faults = faults
        self._roots = {tree.checkpoint.size: tree.checkpoint.root for tree in trees.trees}
        self._log_keys = log_keys(directories[-1])
        self._published = 0

    def take(self, held: Held, where: str) -> None:
        """Take in one message whose content is in the package."""
        if held.content is None:
            return
        try:
            match held.envelope.event_type:
                case "GapDeclared":
                    self._take_gap(GapDeclared.from_bytes(held.content), held)
                case "DirectoryPublished":
                    self._take_directory(DirectoryPublished.from_bytes(held.content), held, where)
                case "LogAlarmRaised":
                    self._take_alarm(LogAlarmRaised.from_bytes(held.content), held, where)
        except Malformed as error:
            self._faults.add(
                AuditCheck.FORM, where,
                "nội dung không đúng khuôn dạng", f"the content is not of its type's form: {error}", held.envelope.id,
            )  # fmt: skip

    def check_versions(self, used: int) -> None:
        """`used` is the newest directory version that a receipt names."""
        named, newest = max(self._published, used), self._directories[-1].version
        if named > newest:
            self._faults.add(
                AuditCheck.DIRECTORY_ROLLED_BACK, DIRECTORY_FOLDER,
                f"văn bản trong gói dùng danh bạ phiên bản {named}, gói chỉ có đến phiên bản {newest}",
                f"the events used version {named} of the directory, the package ends with version {newest}",
            )  # fmt: skip

    def _take_gap(self, gap: GapDeclared, held: Held) -> None:
        for recipient in held.envelope.agencies:
            self._chains.declare_gap(held.envelope.sender, recipient, gap.from_count, gap.to_count)

    def _take_directory(self, published: DirectoryPublished, held: Held, where: str) -> None:
        try:
            note = parse_note(published.note)
            verify_note(note, [self._root])
            # The number is the note's own: one beside it would let any agency make every package look rolled back.
            version = int(parse_canonical(note.text.encode("utf-8")[:-1])["version"])
        except (PhoihopError, TypeError, KeyError, ValueError):
            return  # what the root key did not sign, or is no directory, is none, whoever sends it
        self._published = max(self._published, version)
        held_here = version <= len(self._directories)
        if held_here and self._directories[version - 1].text != note.text:
            self._faults.add(
                AuditCheck.DIRECTORY_SWAPPED, where,
                f"phiên bản {version} đã công bố khác với phiên bản trong gói",
                f"version {version} as it was published is another than the package's", held.envelope.id,
            )  # fmt: skip

    def _take_alarm(self, alarm: LogAlarmRaised, held: Held, where: str) -> None:
        for text in alarm.checkpoints:
            shown = self._signed_by_log(text)
            if shown is None:
                continue
            if self._roots.setdefault(shown.size, shown.root) != shown.root:
                self._faults.add(
                    AuditCheck.LOG_FORKED, where,
                    f"một báo động cho thấy một điểm kiểm tra khác về {shown.size} mục, cũng do sổ ký",
                    f"an alarm shows another checkpoint over {shown.size} entries that the log signed",
                    held.envelope.id,
                )  # fmt: skip
            elif shown.size > held.logged.first_index:
                self._faults.add(
                    AuditCheck.LOG_ROLLED_BACK, where,
                    f"sổ đã ký {shown.size} mục trước khi ghi báo động này vào mục {held.logged.first_index}",
                    f"the log had signed for {shown.size} entries before it took in this alarm as entry "
                    f"{held.logged.first_index}", held.envelope.id,
                )  # fmt: skip

    def _signed_by_log(self, text: str) -> Checkpoint | None:
        """A checkpoint that an alarm shows; None for a note that the log did not sign."""
        try:
            note = parse_note(text)
            verify_note(note, self._log_keys)
            return parse_checkpoint(note.text)
        except PhoihopError:
            return None
