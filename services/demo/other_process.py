"""What a process of its own says of what the demonstration left: it shares nothing with the one that made it."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that has ended: its exit code and what it wrote."""

    code: int | None
    output: bytes
    errors: bytes

    @property
    def last_words(self) -> str:
        """The last line of its error output, or of its output if there is none; else that it ended, and how."""
        said = (self.errors or self.output).decode("utf-8", "replace").strip().splitlines()
        return said[-1] if said else f"the verifying process ended with code {self.code}"


async def run_module(module: str, *arguments: str) -> Ended:
    """Run `python -m module` to its end; it is killed if the wait is broken off."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        output, errors = await process.communicate()
    except BaseException:
        if process.returncode is None:
            process.kill()
            await process.wait()
        raise
    return Ended(process.returncode, output, errors)
