from __future__ import annotations

import pytest

from tests.unit.cli.commands import PATHS
from tests.unit.cli.office import Office

BARE = pytest.mark.parametrize("lang", ["vi", "en"])


@pytest.fixture
def anywhere(tmp_path: object) -> Office:
    return Office(tmp_path / "nothing")  # type: ignore[operator]


@BARE
@pytest.mark.parametrize("path", [(), *PATHS], ids=" ".join)
def test_every_command_explains_itself(anywhere: Office, path: tuple[str, ...], lang: str) -> None:
    result = anywhere.run(*path, "--lang", lang, "--help")
    assert result.exit_code == 0, result.output
    assert result.output.startswith({"vi": "Cách dùng: phoihop", "en": "Usage: phoihop"}[lang])
    assert max(map(len, result.output.splitlines())) <= 100


def test_vietnamese_unless_asked_otherwise(anywhere: Office) -> None:
    assert "Lệnh:" in anywhere.run("--help").output
    anywhere.environment["PHOIHOP_LANG"] = "en"
    assert "Commands:" in anywhere.run("--help").output
    assert "Lệnh:" in anywhere.run("--lang=vi", "--help").output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nonsense",), "Không có lệnh nonsense"),
        (("agency", "nonsense"), "run, add, revoke, renew, recover"),
        (("cases", "--bogus"), "Không có tùy chọn --bogus"),
        (("init",), "Còn thiếu '--province'"),
        (("init", "--province", "ha-noi"), "dak-lak, lao-cai"),
        (("cases", "--limit", "many"), "Giá trị của '--limit' không dùng được"),
        (("agency", "run", "--broker-port", "4222"), "--with-broker"),
        (("agency", "run", "--with-broker", "--broker-url", "nats://x"), "--broker-url"),
        (("agency", "run", "--host", "::"), "--public-name"),
        (("agency", "run", "--host", "somewhere"), "somewhere"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(
    anywhere: Office, arguments: tuple[str, ...], says: str
) -> None:
    result = anywhere.run(*arguments)
    assert result.exit_code == 2, result.output
    assert says in result.stderr
    assert result.stderr.startswith("Lỗi: ")
    assert "Cần làm: " in result.stderr
    assert "Traceback" not in result.output


def test_nothing_at_all_shows_the_help(anywhere: Office) -> None:
    result = anywhere.run()
    assert (result.exit_code, result.output) == (0, anywhere.run("--help").output)
