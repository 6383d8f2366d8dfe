"""What the documents point at is there: pages, headings, files of the repository, and every page from the first one."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from services.cli.main import root
from tests.contract.document_commands import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "deploy/README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FILE = re.compile(r"^(?:events|projections|services|deploy|docs|tests)/[\w./@*{},-]+$")


def links(text: str) -> list[str]:
    """Where a page's links lead within the repository."""
    found = _LINK.findall(_CODE.sub("", _FENCE.sub("", text)))
    return [target for target in found if "://" not in target]


def anchors(text: str) -> set[str]:
    """The headings of a page as a link names them: lower case, words joined, other characters left out."""
    headings = _HEADING.findall(_FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def dead_links(page: Path) -> list[str]:
    """The links of a page that lead nowhere."""
    dead = []
    for target in links(page.read_text("utf-8")):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file.read_text("utf-8"))):
            dead.append(target)
    return dead


def missing_files(page: Path) -> list[str]:
    """Files and folders that a page names by their path from the root, and that are not there."""
    named = {code.strip("`") for code in _CODE.findall(_FENCE.sub("", page.read_text("utf-8")))}
    paths = {name for name in named if _FILE.match(name) and "{" not in name}
    return sorted(path for path in paths if not (ROOT / path).exists() and not any(ROOT.glob(path.rstrip("/"))))


def commands(command: click.Command, name: str) -> list[str]:
    """Every command below this one, by its whole name."""
    if not isinstance(command, click.Group):
        return [name]
    context = click.Context(command)
    below = ((each, command.get_command(context, each)) for each in command.list_commands(context))
    return [full for each, found in below if found is not None for full in commands(found, f"{name} {each}")]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_a_page_points_at_what_is_there(page: Path) -> None:
    assert dead_links(page) == []
    assert missing_files(page) == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = ((page.parent / link.partition("#")[0]).resolve() for link in links(page.read_text("utf-8")))
        waiting += [target for target in targets if target.suffix == ".md"]
    pages = {page for page in PAGES if "decisions" not in page.parts and page.name != "CHANGELOG.md"}
    assert sorted(str(page.relative_to(ROOT)) for page in pages - reached) == []


def test_every_package_is_named_where_one_looks_for_it() -> None:
    told = (ROOT / "docs/architecture.md").read_text("utf-8")
    folders = [
        path.parent.relative_to(ROOT).as_posix()
        for layer in ("events", "services")
        for path in (ROOT / layer).glob("*/__init__.py")
    ]
    assert [folder for folder in sorted(folders) if f"`{folder}/`" not in told] == []


def test_every_command_stands_on_its_page() -> None:
    told = (ROOT / "docs/cli.md").read_text("utf-8")
    assert [command for command in commands(root, "phoihop") if command not in told] == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One page, of *two*\n[a](#one-page-of-two) [b](#another) [c](gone.md) [d](https://example.org)\n"
        "`[e](code.md)` `services/web/` `services/gone/x.py` `tests/unit/*.py`\n",
        "utf-8",
    )
    assert dead_links(page) == ["#another", "gone.md"]
    assert missing_files(page) == ["services/gone/x.py"]
