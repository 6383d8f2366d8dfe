"""Sentences with ids as people read them: agencies and roles by name, reasons in the reader's language."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from events.directory import Directory
from services.identity.directory_folder import DirectoryFolder
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.network_setup import set_up_network
from services.provinces import load_province
from services.texts.catalogue import entries
from services.texts.naming import Naming, naming_of, nobody_named
from services.texts.reasons import reason_of

EVENTS = Path(__file__).resolve().parents[3] / "events"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    folder = tmp_path_factory.mktemp("named")
    set_up_network(
        folder, load_province("lao-cai"), agencies=("dic", "police", "customs", "vnpt", "ubnd-sa-pa"),
        passphrase_for=lambda _: "a passphrase", clock="real", now=datetime(2026, 3, 2, tzinfo=UTC),
        policy=KeyPolicy(cost=DEMONSTRATION), root_passphrase="a passphrase",
    )  # fmt: skip
    return DirectoryFolder.of(folder).load()


@pytest.fixture(scope="module")
def vi(directory: Directory) -> Naming:
    return naming_of(directory, "vi")


@pytest.fixture(scope="module")
def en(directory: Directory) -> Naming:
    return naming_of(directory, "en")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Cơ quan police không giữ vai trò “market” vào thời điểm ký.",
         "Công an tỉnh Lào Cai không giữ vai trò “Chi cục Quản lý thị trường” vào thời điểm ký."),
        ("LC-10.1 không cho vai trò “police” gửi InfoRequested; chỉ: dic, market.",
         ("LC-10.1 không cho vai trò “Công an tỉnh” gửi “Yêu cầu cung cấp thông tin”; "
          "chỉ: Sở Thông tin và Truyền thông, Chi cục Quản lý thị trường.")),
        ("Phải gửi đến mọi bên tham gia; còn thiếu: ubnd-sa-pa, vnpt.",
         "Phải gửi đến mọi bên tham gia; còn thiếu: Ủy ban nhân dân thị xã Sa Pa, VNPT Lào Cai."),
        ("Vụ việc đang ở trạng thái “closed”.", "Vụ việc đang ở trạng thái “đã kết thúc”."),
        ("Danh bạ không có khóa lao-cai/police/head/0a1b2c3d4e5f6071 của police.",
         "Danh bạ không có khóa lao-cai/police/head/0a1b2c3d4e5f6071 của Công an tỉnh Lào Cai."),
        ("Cơ quan nobody-here không có trong danh bạ.", "Cơ quan nobody-here không có trong danh bạ."),
    ],
)  # fmt: skip
def test_vietnamese_sentences_have_names_for_ids(vi: Naming, said: str, shown: str) -> None:
    assert vi(said) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Agency police did not hold the role 'market' when it signed.",
         "Police of Lào Cai province did not hold the role 'Market surveillance sub-department' when it signed."),
        ("police receipts count 3 of customs.",
         "Police of Lào Cai province receipts count 3 of Customs Department of Lào Cai province."),
        ("What the police found themselves they open by the clause made for it.",
         "What the police found themselves they open by the clause made for it."),
        ("by token:siem@vnpt or urn:phoihop:lao-cai:vnpt", "by token:siem@vnpt or urn:phoihop:lao-cai:vnpt"),
    ],
)  # fmt: skip
def test_english_sentences_keep_words_that_are_no_ids(en: Naming, said: str, shown: str) -> None:
    assert en(said) == shown


def test_without_a_directory_a_sentence_stays_as_it_is() -> None:
    said = "Cơ quan police không giữ vai trò “market”; chỉ: dic, vnpt."
    assert nobody_named("vi")(said) == said


def test_a_refusal_in_both_languages_is_shown_in_one(vi: Naming, en: Naming) -> None:
    said = "Cơ quan police (bên gửi) không chủ trì. (Agency police (the sender) does not lead.)"
    assert str(reason_of("not-lead", said, vi)) == "Công an tỉnh Lào Cai (bên gửi) không chủ trì."
    assert str(reason_of("not-lead", said, en)) == "Police of Lào Cai province (the sender) does not lead."


def test_a_check_s_reason_is_said_in_vietnamese_by_the_names_of_agencies_and_the_time_here(vi: Naming) -> None:
    assert str(reason_of(None, "counts 3 to 4 from police are missing", vi)) == (
        "Còn thiếu các văn bản số 3 đến 4 của Công an tỉnh Lào Cai; đang hỏi xin lại."
    )
    ahead = "dated 2026-03-02T18:00:05.000Z, 400 s ahead of the receiver's clock: set the sender's right"
    assert "Văn bản ghi 03/03/2026 01:00:05, sớm hơn đồng hồ nơi nhận 400 giây" in str(reason_of("time", ahead, vi))


def test_a_form_s_fault_is_named_in_vietnamese_before_its_english_detail(vi: Naming) -> None:
    found = reason_of("json", "not JSON in UTF-8: unexpected end", vi)
    assert (found.text, found.detail) == ("không đúng mẫu (JSON)", "not JSON in UTF-8: unexpected end")


def sentences() -> set[str]:
    """What the checks can say, each place filled: admission and verification all, the rules why something waits."""
    found: set[str] = set()
    for name in ("admission.py", "verification.py"):
        tree = ast.parse((EVENTS / name).read_text("utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in docs | inside:
                found.add(_filled(node))
    for file in sorted((EVENTS / "regulation").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Waiting":
                found.add(_filled(node.args[1]))
    return {one for one in found if len(one.split()) > 5}


def _filled(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_filled(part) for part in node.values)
    if isinstance(node, ast.Constant):
        return node.value.replace("{kid}", "X1") if isinstance(node.value, str) else ""
    return "X1"


def test_whatever_the_checks_say_there_is_vietnamese_for_it(vi: Naming) -> None:
    told, of_several = (
        sentences(),
        {
            "dated X1, before X1 of X1": ("the event it answers", "the event it rests on"),
            "the subject's X1 is X1, what is signed says X1": ("province", "sender", "type"),
        },
    )
    for general, kinds in of_several.items():
        told.remove(general)
        told |= {re.sub("(before|subject's) X1", rf"\1 {kind}", general) for kind in kinds}
    assert len(told) > 25
    unsaid = [one for one in sorted(told) if reason_of(None, one, vi).detail]
    assert unsaid == []


def test_no_two_sentences_are_taken_for_each_other(vi: Naming) -> None:
    english = {key: text for key, text in entries("en").items() if key.startswith("reason_said.")}
    for key, text in english.items():
        assert str(reason_of(None, text, vi)) == vi(entries("vi")[key])
