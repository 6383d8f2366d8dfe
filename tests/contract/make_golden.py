"""Write the golden file of each event type that has none yet: `python -m tests.contract.make_golden`.

A file that exists is never touched: it holds bytes that were once signed, and every later version must read them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.contract.golden_events import golden_file
from tests.contract.samples import SAMPLES

GOLDEN = Path(__file__).parent / "golden"


def main() -> None:
    for content in SAMPLES:
        name = type(content).__name__ + (f".v{content.VERSION}" if content.VERSION > 1 else "")
        path = GOLDEN / f"{name}.json"
        text = json.dumps(golden_file(content), ensure_ascii=False, indent=1) + "\n"
        if not path.exists():
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"written {path.name}\n")
        elif path.read_text(encoding="utf-8") != text:
            sys.stdout.write(f"kept {path.name}: the sample has changed since, the old bytes stay\n")


if __name__ == "__main__":
    main()
