"""The process in which an uploaded package is verified: `python -m services.web.auditing.package_worker FILE ROOT`.

It binds itself to limits before it opens what a stranger made, verifies it as `phoihop audit verify` does, and prints
the same document. Exit code 0 whatever the verdict is; 3 if it ran out of memory.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 60
_OUT_OF_MEMORY = 3


def main(file: str, root: str) -> int:
    """Verify a package with a root key and print the verdict's document."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Loaded within the limits.
    from events.note import parse_verifier_key  # noqa: PLC0415
    from services.evidence.verification import verify_package  # noqa: PLC0415

    try:
        with Path(file).open("rb") as package:
            verdict = verify_package(package, parse_verifier_key(root))
    except MemoryError:
        return _OUT_OF_MEMORY
    sys.stdout.write(json.dumps(verdict.to_json(), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
