"""The commands that a document shows, read out of its fences and run as a reader would run them.

A fence of `console` or `sh` holds one command a line; a comment begins with two spaces and `# `. A fence of `json`
after a file's name in backticks and a colon is that file. A fence that cannot be run is announced on the line
before it by `<!-- not run: reason -->`.

A line that is the program alone, as `phoihop inbox --as dic`, is run in this process, which has loaded it already;
what stays or plays a whole province, and any other line, is a process of its own.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from services.cli.main import root
from tests.unit.cli.office import wait_for

_BASH = shutil.which("bash") or "/bin/bash"
ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(
    r"^(?P<before>[^\n]*)\n(?P<gap>\n*)```(?P<kind>console|sh|json)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_NOT_RUN = re.compile(r"<!-- not run: (\S.*\S) -->")
_FILE_NAME = re.compile(r"`([\w.-]+\.json)`:")
_OF_A_SHELL = re.compile(r"[|&;<>$*?`\\~#!(){}\[\]\n]")
"""What means more to a shell than itself: a line without any is its words."""
_WHOLE_PROVINCE = re.compile(r"phoihop (demo|bench)\b")
_STAYS = re.compile(r"phoihop (broker|agency|auditor) run\b")
_PLACES = {"DRAFT": re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}\b"), "ROOT": re.compile(r"phoihop\.\S+\+\S+")}
"""What a reader copies out of the output so far: the last match stands in the place of the word."""


@dataclass(frozen=True)
class Block:
    """One fence: its commands, or the file it shows (`file`); `not_run` is the reason that the document gives."""

    commands: tuple[str, ...] = ()
    file: str | None = None
    text: str = ""
    not_run: str | None = None

    @property
    def runnable(self) -> bool:
        """Whether there is a command to be run."""
        return bool(self.commands) and self.not_run is None


def blocks(document: str) -> list[Block]:
    """The fences of a document's text in their order."""
    found = []
    for fence in _FENCE.finditer(document):
        reason = _NOT_RUN.fullmatch(fence["before"]) if not fence["gap"] else None
        if fence["kind"] == "json":
            name = _FILE_NAME.fullmatch(fence["before"])
            found.append(Block(file=name[1] if name else None, text=fence["text"]))
            continue
        lines = (line.partition("  # ")[0].strip() for line in fence["text"].splitlines())
        found.append(Block(tuple(filter(None, lines)), not_run=reason[1] if reason else None))
    return found


@dataclass
class Reader:
    """Somebody who types a document's commands in `folder`, with this repository's program on the path."""

    folder: Path
    variables: dict[str, str]
    seen: str = ""
    typed: list[str] = field(default_factory=list)

    def follow(self, block: Block) -> None:
        """Do what one fence says; what stays is ended with the fence. Raises `AssertionError` where a command fails."""
        if block.file is not None:
            (self.folder / block.file).write_text(block.text, "utf-8")
        with ExitStack() as staying:
            for command in block.commands if block.runnable else ():
                self.typed.append(command)
                if command.startswith("export "):
                    self.variables |= dict(word.split("=", 1) for word in shlex.split(command)[1:])
                elif command.startswith("make"):
                    self._make(command)
                elif _STAYS.search(command):
                    staying.enter_context(self._staying(command))
                elif _WHOLE_PROVINCE.search(command) or _OF_A_SHELL.search(command):
                    self._run(command)
                elif command.startswith("phoihop "):
                    self._call(command)
                else:
                    self._run(command)

    def _make(self, command: str) -> None:
        """A target takes minutes or installs: make has to know it, and the lines that it would run."""
        words = shlex.split(command)
        dry = subprocess.run([*words, "--dry-run"], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
        assert dry.returncode == 0, f"{command}: {dry.stderr}"
        assert dry.stdout.strip(), f"{command} does nothing"

    def _call(self, command: str) -> None:
        """The program's own command, in this process."""
        unset: dict[str, str | None] = {name: None for name in os.environ if name.startswith("PHOIHOP_")}
        with chdir(self.folder):
            done = CliRunner().invoke(root, shlex.split(self._filled(command))[1:], env=unset | self.variables)
        assert done.exit_code == 0, f"{command} ended with {done.exit_code}:\n{done.stdout}{done.stderr}"
        self.seen += done.stdout

    def _run(self, command: str) -> None:
        done = subprocess.run(
            [_BASH, "-c", self._filled(command)], cwd=self.folder, env=self.variables, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        self.seen += done.stdout

    @contextmanager
    def _staying(self, command: str) -> Iterator[None]:
        said = self.folder / f"{len(self.typed)}.log"
        with said.open("wb") as errors:
            process = subprocess.Popen(
                [_BASH, "-c", f"exec {self._filled(command)}"], cwd=self.folder, env=self.variables,
                stdout=subprocess.DEVNULL, stderr=errors,
            )  # fmt: skip
        try:
            wait_for(lambda: "Ctrl-C" in said.read_text("utf-8") or process.poll() is not None, command)
            assert process.poll() is None, f"{command} ended:\n{said.read_text('utf-8')}"
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            ended = process.wait(timeout=30)
        assert ended == 0, f"{command} ended with {ended}:\n{said.read_text('utf-8')}"

    def _filled(self, command: str) -> str:
        for word, pattern in _PLACES.items():
            if re.search(rf"\b{word}\b", command):
                found = pattern.findall(self.seen)
                assert found, f"{command}: nothing shown before can stand for {word}"
                command = found[-1].join(re.split(rf"\b{word}\b", command))
        return command


def reader(folder: Path) -> Reader:
    """A reader in an empty folder: a passphrase at hand, and the repository's `.venv` beside, as after `make`."""
    (folder / ".venv").symlink_to(sys.prefix)
    passphrases = folder / "passphrases"
    passphrases.mkdir(mode=0o700)
    for name in ("root", "dic", "police", "vnpt"):
        _secret(passphrases / name)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PHOIHOP_")}
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{kept['PATH']}"
    typed = _secret(folder / "passphrase")  # stands for what a person types when asked
    return Reader(folder, kept | {"PATH": path, "PHOIHOP_PASSPHRASE_FILE": str(typed)})


def _secret(path: Path) -> Path:
    path.write_text("mật khẩu để thử tài liệu\n", "utf-8")
    path.chmod(0o600)
    return path
