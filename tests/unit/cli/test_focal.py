from __future__ import annotations

import pytest

from tests.unit.cli.office import FOCAL, Office


@pytest.mark.clause("LC-5.3")
def test_the_list_shows_who_it_is_and_all_who_it_was(office: Office) -> None:
    first = office.send("police", FOCAL)["event"]
    newer = FOCAL["content"] | {"unit": "Phòng Cảnh sát kinh tế", "replaces": first}
    second = office.send("police", FOCAL | {"content": newer})["event"]
    now = office.json("focal", "--as", "police")["focal_points"]
    assert [(point["unit"], point["standing"]) for point in now] == [("Phòng Cảnh sát kinh tế", "in_force")]
    everything = office.json("focal", "--as", "police", "--all")["focal_points"]
    assert [(point["event_id"], point["replaced_by"]) for point in everything] == [(first, second), (second, None)]
    assert office.json("focal", "--as", "police", "--of", "dic")["focal_points"] == []
    assert office.json("focal", "--as", "police", "--at", "2026-11-19")["focal_points"] == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_table_fits_100_columns(office: Office, lang: str) -> None:
    first = office.send("police", FOCAL)["event"]
    office.send("police", FOCAL | {"content": FOCAL["content"] | {"unit": "Phòng mới", "replaces": first}})
    shown = office.run("focal", "--as", "police", "--all", "--lang", lang)
    assert shown.exit_code == 0, shown.output
    assert max(map(len, shown.output.splitlines())) <= 100
    assert "LC-5.3" in shown.output
