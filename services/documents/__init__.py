"""The JSON documents about an agency's affairs: what `--json` prints and the API answers, each made in one place.

Their schemas are those of `services/cli/schemas`.
"""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]
