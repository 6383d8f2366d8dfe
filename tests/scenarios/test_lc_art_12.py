"""Lào Cai, Article 12."""

from __future__ import annotations

import pytest

from events.values.legal import LegalBasis
from tests.scenarios.story import Story


@pytest.mark.clause("LC-12.1")
def test_a_commune_records_what_a_citizen_reports(lc: Story) -> None:
    told = lc.when("ta-van", "SuspicionReported", "dic", "LC-12.1", informant_reference="TV-0001")
    told.allowed("LC-12.1/SuspicionReported")


@pytest.mark.clause("LC-12.1")
def test_a_reference_travels_in_the_informants_place(lc: Story) -> None:
    told = lc.when("ta-van", "SuspicionReported", "dic", "LC-12.1")
    told.refused("LC-12.1/SuspicionReported", "informant-reference-missing")


@pytest.mark.clause("LC-12.2")
def test_whoever_reports_answers_for_it(lc: Story) -> None:
    told = lc.when("ta-van", "SuspicionReported", "dic", "LC-12.1", informant_reference="TV-0001", attestation=False)
    told.refused("LC-12.1/SuspicionReported", "not-attested", "LC-12.2")


@pytest.mark.clause("LC-12.2")
def test_whoever_reports_answers_for_the_content(lc: Story) -> None:
    lc.when("sa-pa", "SuspicionReported", "police", "LC-12.2").allowed("LC-12.2/SuspicionReported")
    lc.when("sa-pa", "SuspicionReported", "police", "LC-12.2", attestation=False).refused(
        "LC-12.2/SuspicionReported", "not-attested"
    )


@pytest.mark.clause("LC-12.3")
def test_a_decision_cites_law_and_not_the_regulation_alone(lc: Story) -> None:
    lc.when("dic", "ViolationDecided", "vnpt", "LC-6.3").allowed("LC-6.3/ViolationDecided")
    alone = (LegalBasis(instrument="29/2008/QĐ-UBND", title="Quy chế"),)
    lc.when("dic", "ViolationDecided", "vnpt", "LC-6.3", legal_basis=alone).refused(
        "LC-6.3/ViolationDecided", "no-law-cited", "LC-12.3"
    )
