"""The published schemas and the table of event types are those of the models."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from events.catalogue import (
    CATALOGUE,
    EVENT_TYPES,
    PROTOCOL_TYPES,
    content_model,
    meaning,
    newest_version,
)
from events.errors import Malformed, UnknownEventType
from events.names import dataschema
from events.regulation.vocabulary import REGULATIONS, clauses
from events.schema import json_schema, schema_file_name
from tests.contract.make_published import SCHEMAS, TABLE, schema_texts, table_text
from tests.contract.sample_values import event_id
from tests.contract.samples import SAMPLES

WRONG: tuple[Any, ...] = (None, 17, -1, 1.5, "", "\x00", True, [], {}, [None], event_id(1).upper(), "x" * 20_001)

EVENT_ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

DUE = "run: python -m tests.contract.make_published"

MAIN_PATH = [
    "SuspicionReported",
    "SuspicionReferred",
    "SuspicionDismissed",
    "CaseOpened",
    "ParticipantAdded",
    "CoordinationRequested",
    "CoordinationAccepted",
    "CoordinationDeclined",
    "InfoRequested",
    "InfoProvided",
    "InfoWithheld",
    "InfoShared",
    "SuspensionOrdered",
    "SuspensionExecuted",
    "SuspensionImpossible",
    "SuspensionLifted",
    "DossierTransferred",
    "DossierReceived",
    "LeadTransferred",
    "CaseClosed",
    "CaseReopened",
    "EventReceived",
    "EventRefused",
    "HeadsAnnounced",
    "RepairRequested",
    "RepairProvided",
    "GapDeclared",
    "DirectoryPublished",
]


ATTACHMENTS = {"AttachmentRequested", "AttachmentChunk", "AttachmentUnavailable", "AttachmentReceived"}

TRANSPARENCY = {
    "CheckpointPublished",
    "CheckpointCosigned",
    "InclusionRequested",
    "InclusionStated",
    "LogAlarmRaised",
    "ExchangeViewStated",
    "ContentOpened",
}

ANSWERED_BY = {
    "InfoRequested": {"InfoProvided.request", "InfoWithheld.request"},
    "CoordinationRequested": {"CoordinationAccepted.request", "CoordinationDeclined.request"},
    "SuspensionOrdered": {"SuspensionExecuted.order", "SuspensionImpossible.order"},
    "DossierTransferred": {"DossierReceived.transfer"},
    "EmergencyNoticeGiven": {"EmergencyNoticeConfirmed.notice"},
    "DisagreementRaised": {"DisagreementEscalated.disagreement"},
    "DisagreementEscalated": {"DirectionIssued.answers"},
    "SupportProposed": {"SupportRequested.proposal"},
    "SupportRequested": {"SupportAnswered.request"},
    "InspectionRequested": {"InspectionTeamFormed.request", "InspectionReported.request"},
    "InspectionTeamFormed": {"InspectionMembershipConfirmed.team", "InspectionReported.team"},
    "EnforcementRequested": {"EnforcementReported.request"},
    "ProposalSubmitted": {"DirectionIssued.answers"},
    "RecommendationIssued": {"RecommendationAnswered.recommendation"},
    "MeetingCalled": {"MinutesShared.meeting"},
    "LookupRequested": {"LookupAnswered.request", "RecordConsulted.request"},
    "DelegationGranted": {"DelegationEnded.delegation"},
    "PublicityRequested": {"PublicityReported.request"},
    "ExpertAssessmentRequested": {"ExpertAssessmentDelivered.request", "ExpertAssessmentDeclined.request"},
    "AssessmentCouncilProposed": {"AssessmentCouncilEstablished.proposal"},
    "ProvisionOrdered": {"ProvisionExecuted.order", "ProvisionImpossible.order"},
    "ReportRequested": {"ReportSubmitted.request"},
    "EventCorrected": {"CorrectionConfirmed.correction"},
    "EventRecalled": {"RecallConfirmed.recall"},
}
"""What asks for something → the members by which what answers it names it."""


def test_the_main_path_is_in_the_catalogue() -> None:
    assert set(MAIN_PATH) <= set(EVENT_TYPES)
    assert set(MAIN_PATH[-7:]) | ATTACHMENTS | TRANSPARENCY == PROTOCOL_TYPES


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_every_type_that_a_clause_names_is_in_the_catalogue(regulation: str) -> None:
    named = {event_type for clause in clauses(regulation).values() for event_type in clause.events}
    assert len(named) > 30
    assert named <= set(EVENT_TYPES)
    assert not named & PROTOCOL_TYPES


def test_whatever_asks_can_be_answered_by_the_id_of_the_question() -> None:
    asking = {name for name in EVENT_TYPES if name.endswith(("Requested", "Ordered"))} - PROTOCOL_TYPES
    assert asking <= set(ANSWERED_BY)
    for members in ANSWERED_BY.values():
        for name, _, member in (text.partition(".") for text in members):
            assert json_schema(name, 1)["properties"][member]["pattern"] == EVENT_ID, f"{name}.{member}"


def test_schema_files_are_current() -> None:
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS.glob("*.json")}
    assert on_disk == schema_texts(), DUE


def test_the_table_of_types_is_current() -> None:
    assert TABLE.read_text(encoding="utf-8") == table_text(), DUE


@pytest.mark.parametrize(("name", "version"), list(CATALOGUE))
def test_a_schema_is_named_by_its_dataschema_and_is_one(name: str, version: int) -> None:
    schema = json.loads((SCHEMAS / schema_file_name(name, version)).read_text(encoding="utf-8"))
    assert schema["$id"] == dataschema(name, version)
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(("name", "version"), list(CATALOGUE))
def test_every_string_and_list_is_bounded_and_no_number_is_a_float(name: str, version: int) -> None:
    def walk(node: object, path: str) -> None:
        if isinstance(node, dict):
            kind = node.get("type")
            if kind == "array":
                assert node["maxItems"] <= 1000, path
            if kind == "string":
                assert {"maxLength", "pattern", "oneOf", "const"} & set(node), path
            if kind == "integer":
                assert node["maximum"] <= 2**53 - 1, path
                assert node["minimum"] >= -(2**53) + 1, path
            assert kind != "number", path
            for key, child in node.items():
                walk(child, f"{path}/{key}")
        elif isinstance(node, list):
            for index, child in enumerate(node):
                walk(child, f"{path}/{index}")

    walk(json_schema(name, version), name)


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_every_type_says_what_it_means_in_both_languages(name: str) -> None:
    assert meaning(name) == meaning(name, "vi") != meaning(name, "en")
    assert newest_version(name) == 1


def test_an_unknown_type_or_version_is_named() -> None:
    with pytest.raises(UnknownEventType, match="no event type RumourSpread version 1"):
        content_model("RumourSpread", 1)
    with pytest.raises(UnknownEventType, match="InfoShared version 7"):
        content_model("InfoShared", 7)
    with pytest.raises(UnknownEventType):
        meaning("RumourSpread")


@pytest.mark.parametrize("content", SAMPLES, ids=lambda content: type(content).__name__)
def test_model_and_schema_agree_on_what_is_wrong(content: object) -> None:
    """Each member in turn replaced by values of the wrong kind: both refuse, or both accept."""
    model = content_model(type(content).__name__, 1)
    good = json.loads(model.to_bytes(content))  # type: ignore[arg-type]
    validator = jsonschema.Draft202012Validator(json_schema(model.__name__, 1))
    for name in good:
        for wrong in WRONG:
            changed = {**good, name: wrong}
            fault = None
            try:
                model.from_json(json.dumps(changed))
            except Malformed as error:
                fault = error.explanation
            assert fault is None or name in fault
            # A null where a member is optional is read from a draft, but never travels: there the schema is stricter.
            if wrong is not None:
                assert (fault is None) == validator.is_valid(changed), (name, wrong)
