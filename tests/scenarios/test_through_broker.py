"""A share of the stories, told again by running agencies over a real broker."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.scenarios import (
    test_dl_art_03,
    test_dl_art_04,
    test_dl_art_05,
    test_dl_art_10,
    test_dl_art_11,
    test_lc_art_02,
    test_lc_art_03,
    test_lc_art_04,
    test_lc_art_05,
    test_lc_art_06,
    test_lc_art_07,
    test_lc_art_10,
    test_lc_art_12,
)
from tests.scenarios.broker_story import BrokerStory
from tests.scenarios.running_province import RunningProvince, running_province
from tests.scenarios.story import Story

pytestmark = [pytest.mark.broker, pytest.mark.slow]

LAO_CAI = (
    # asked, answered, withheld, silent
    test_lc_art_04.test_parties_ask_one_another_and_answer,
    test_lc_art_03.test_participants_answer_what_the_lead_asks,
    test_lc_art_05.test_the_lead_asks_for_coordination_and_is_answered,
    test_lc_art_05.test_a_late_answer_is_still_lawful_after_the_case_closed,
    test_lc_art_05.test_silence_becomes_a_signed_fact_once_the_time_is_out,
    test_lc_art_07.test_police_withhold_what_is_under_investigation,
    test_lc_art_07.test_customs_withhold_nothing,
    test_lc_art_04.test_a_look_up_stays_in_the_case_and_is_recorded,
    # suspicions, informants, competence
    test_lc_art_10.test_dic_and_the_competent_are_told,
    test_lc_art_10.test_every_competent_authority_is_told,
    test_lc_art_07.test_police_lead_after_the_notice,
    test_lc_art_02.test_whoever_took_a_suspicion_in_passes_it_to_the_competent,
    test_lc_art_12.test_a_commune_records_what_a_citizen_reports,
    test_lc_art_12.test_a_reference_travels_in_the_informants_place,
    # suspensions
    test_lc_art_10.test_the_service_answers_an_order_by_itself,
    test_lc_art_10.test_an_enterprise_that_cannot_act_says_why,
    test_lc_art_10.test_the_provider_that_is_named_is_addressed,
    test_lc_art_02.test_what_hits_people_names_its_end_and_ends,
    test_lc_art_02.test_a_decision_makes_an_interim_suspension_final,
    # the life of a case
    test_lc_art_02.test_a_newcomer_is_briefed_and_everyone_hears,
    test_lc_art_02.test_the_lead_passes_to_a_competent_party,
    test_lc_art_02.test_a_participant_does_not_close,
    test_lc_art_06.test_the_lead_passes_when_the_last_item_is_confirmed,
    test_lc_art_03.test_a_decision_of_the_case_is_enforced,
    test_lc_art_02.test_a_disagreement_is_raised_escalated_and_settled,
    # emergencies, faults, delegation, reports
    test_lc_art_02.test_in_an_emergency_the_head_tells_and_confirms,
    test_lc_art_02.test_a_fault_is_put_right_in_the_open,
    test_lc_art_02.test_a_delegation_is_bounded_and_can_end,
    test_lc_art_10.test_the_service_key_reports_nothing,
)
DAK_LAK = (
    test_dl_art_10.test_the_national_security_body_asks_and_alone_is_answered,
    test_dl_art_10.test_room_and_means_are_asked_for_and_given,
    test_dl_art_11.test_nobody_withholds,
    test_dl_art_03.test_silence_becomes_a_signed_fact_once_the_time_is_out,
    test_dl_art_10.test_an_enterprise_stops_by_itself_and_lifts_it,
    test_dl_art_10.test_a_stop_says_how_far_why_and_how_long,
    test_dl_art_10.test_incidents_are_told_and_handled,
    test_dl_art_05.test_on_dics_notice_police_investigate,
    test_dl_art_05.test_police_check_with_dic_and_recommend,
    test_dl_art_04.test_a_dossier_goes_to_the_investigating_agency_item_by_item,
    test_dl_art_04.test_an_assessment_is_a_councils,
    test_dl_art_03.test_two_openings_are_a_conflict_that_dic_resolves,
    test_dl_art_11.test_a_fault_is_put_right_in_the_open,
    test_dl_art_11.test_a_person_is_the_focal_point,
)
Tale = Callable[[Story], None]


@pytest.fixture(scope="module")
def lao_cai(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvince]:
    agencies = ("customs", "dic", "education", "pc", "police", "ppc", "sa-pa", "ta-van", "trade", "viettel", "vnpt")
    with running_province(tmp_path_factory.mktemp("lao-cai"), "lao-cai-29-2008", agencies) as province:
        yield province


@pytest.fixture(scope="module")
def dak_lak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvince]:
    agencies = ("council", "court", "customs", "dic", "pc", "police", "ppc", "security", "trade", "viettel", "vnpt")
    with running_province(tmp_path_factory.mktemp("dak-lak"), "dak-lak-39-2010", agencies) as province:
        yield province


def name_of(tale: Tale) -> str:
    return tale.__name__.removeprefix("test_")


@pytest.mark.parametrize("tale", LAO_CAI, ids=name_of)
def test_lao_cai(lao_cai: RunningProvince, tale: Tale) -> None:
    tale(BrokerStory(lao_cai))


@pytest.mark.parametrize("tale", DAK_LAK, ids=name_of)
def test_dak_lak(dak_lak: RunningProvince, tale: Tale) -> None:
    tale(BrokerStory(dak_lak))
