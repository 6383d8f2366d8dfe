"""Editing and sending back over the API: by the revision that was read, and nothing of what was written is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.web.house import House
from tests.unit.web.conftest import PASSPHRASE, enter
from tests.unit.web.test_api import SUSPICION, check, client_of, token_of

pytestmark = pytest.mark.broker
CONTENT: Any = SUSPICION["content"]


@pytest_asyncio.fixture
async def web(houses: dict[str, House]) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(houses) as made:
        yield made


def saying(summary: str) -> dict[str, Any]:
    return SUSPICION | {"content": CONTENT | {"summary": summary}}


async def written(web: httpx.AsyncClient, key: dict[str, str]) -> str:
    """The address of a new draft."""
    answer = await web.post("/api/drafts", json=SUSPICION, headers=key)
    assert check("draft", answer.json())["revision"] == 1
    return answer.headers["location"]


async def test_a_draft_is_edited_by_the_revision_that_was_read(
    web: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    one, other = token_of(houses["vnpt"], "mot"), token_of(houses["vnpt"], "hai")
    draft = await written(web, one)
    checked = await web.put(f"{draft}?revision=1&check=true", json=saying("Thử"), headers=other)
    assert (checked.status_code, check("draft", checked.json())["draft"]) == (200, None)
    edited = await web.put(f"{draft}?revision=1", json=saying("Mới"), headers=other)
    assert (edited.status_code, check("draft", edited.json())["revision"]) == (200, 2)
    late = await web.put(f"{draft}?revision=1", json=saying("Muộn"), headers=one)
    assert late.status_code == 409
    assert check("problem", late.json())["type"] == "urn:phoihop:problem:DraftChanged"
    assert "token:hai@vnpt" in late.json()["detail"]
    kept = check("draft-kept", (await web.get(draft, headers=one)).json())
    assert (kept["members"]["content"]["summary"], kept["revision"], kept["author"]) == ("Mới", 2, "token:mot@vnpt")
    assert [(step["step"], step["by"]) for step in kept["steps"]] == [
        ("saved", "token:mot@vnpt"), ("edited", "token:hai@vnpt"),
    ]  # fmt: skip
    before = CONTENT["summary"]
    assert kept["steps"][1]["changes"] == [{"path": "/content/summary", "before": before, "after": "Mới"}]
    listed = (await web.get("/api/drafts", headers=one)).json()["drafts"]
    assert [each["changed_by"] for each in listed if each["draft_id"] == kept["draft"]] == ["token:hai@vnpt"]


async def test_what_is_no_edition_changes_nothing(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    key = token_of(houses["vnpt"])
    draft = await written(web, key)
    shared = {"kind": "modus_operandi", "subject": "V/v", "title": "SIM box", "text": "Thủ đoạn"}
    for query, body, status in (
        ("", SUSPICION, 422),
        ("?revision=0", SUSPICION, 422),
        ("?revision=2", SUSPICION, 409),
        ("?revision=1", {"type": "InfoShared", "recipients": ["dic"], "content": shared}, 422),
        ("?revision=1", {"type": "SuspicionReported"}, 422),
    ):
        answer = await web.put(f"{draft}{query}", json=body, headers=key)
        assert answer.status_code == status, (query, answer.text)
    absent = "/api/drafts/018f0000-0000-7000-8000-000000000000?revision=1"
    assert (await web.put(absent, json=SUSPICION, headers=key)).status_code == 404
    assert (await web.get(draft, headers=key)).json()["revision"] == 1


async def test_only_a_person_who_may_sign_sends_back_and_an_edition_answers_it(
    web: httpx.AsyncClient, client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    key = token_of(houses["vnpt"])
    draft = await written(web, key)
    back = {"remark": "Nêu rõ các số thuê bao", "revision": 1}
    assert (await web.post(f"{draft}/returns", json=back, headers=key)).status_code == 403
    await enter(client, "vnpt", "chuyen.vien")
    assert (await client.post(f"{draft}/returns", json=back)).status_code == 403
    await client.post("/leave")
    await enter(client, "vnpt", "thu.truong")
    assert (await client.post(f"{draft}/returns", json=back | {"revision": 2})).status_code == 409
    assert (await client.post(f"{draft}/returns", json=back | {"remark": " "})).status_code == 422
    answer = await client.post(f"{draft}/returns", json=back)
    assert (answer.status_code, check("draft-returned", answer.json())["revision"]) == (200, 2)
    sign = {"drafts": [draft.rpartition("/")[2]], "passphrase": PASSPHRASE}
    assert (await client.post("/api/signatures", json=sign)).status_code == 409
    listed = (await web.get("/api/drafts?state=returned", headers=key)).json()
    [waiting] = [one for one in check("drafts", listed)["drafts"] if draft.endswith(one["draft_id"])]
    assert (waiting["remark"], waiting["changed_by"]) == ("Nêu rõ các số thuê bao", "thu.truong@vnpt")
    assert (await web.put(f"{draft}?revision=2", json=saying("40 thuê bao"), headers=key)).status_code == 200
    kept = check("draft-kept", (await web.get(draft, headers=key)).json())
    assert (kept["state"], kept["remark"], kept["steps"][1]["remark"]) == ("open", None, "Nêu rõ các số thuê bao")
    assert (await client.post("/api/signatures", json=sign)).status_code == 201
    for call in (
        web.put(f"{draft}?revision=3", json=SUSPICION, headers=key),
        client.post(f"{draft}/returns", json=back),
    ):
        assert (await call).status_code == 409
