"""What a programme writes into its reports: texts under the headings of sections, and their page."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import docx
import pytest
from django.urls import reverse

from monitoring import services
from monitoring.models import Narrative
from monitoring.queries.setup import MOST_PERIODS_TOLD
from monitoring.reports import RESULTS
from monitoring.reports.files import imprint_of
from tests.monitoring.reporting import content, results, take, write
from tests.monitoring.results import tables
from tests.monitoring.test_closings import quarter
from tests.pdf import Paper
from twinning.core.access import DomainError, PermissionRefused, StaleVersion
from twinning.core.layouts import SETUP
from twinning.core.models import Change
from twinning.core.reports import digest

__all__ = ["quarter"]


def period(world: Any, title: str, first: dt.date, last: dt.date) -> Any:
    due = last + dt.timedelta(15)
    return services.add_period(
        actor=world.manager, programme=world.programme, title=title, first=first, last=last, due_on=due
    )


def test_a_report_takes_its_texts_in_order_and_only_its_own(world: Any) -> None:
    tables(world)
    write(world, "Always.")
    for year in range(2004, 2011):
        last = dt.date(year, 12, 31)
        write(world, f"In {year}.", period=period(world, str(year), dt.date(year, 1, 1), last))
    write(world, "Later.", period=period(world, "2011", dt.date(2011, 1, 1), dt.date(2011, 12, 31)))
    write(world, "Sempre.", language="it")
    write(world, "Of leather.", cluster=world.leather)
    told = take(world)[SETUP]["texts"]["participation"]
    assert told == [
        {"period": "", "text": "Always."},
        *({"period": str(year), "text": f"In {year}."} for year in range(2010, 2010 - MOST_PERIODS_TOLD, -1)),
    ]
    assert [one["text"] for one in take(world, "it")[SETUP]["texts"]["participation"]] == ["Sempre."]
    about = take(world, cluster=world.leather)[SETUP]["texts"]["participation"]
    assert [one["text"] for one in about] == ["Of leather."]


def test_a_text_is_part_of_what_the_hash_stands_for_and_a_programme_without_setup_has_none(
    world: Any,
) -> None:
    tables(world)
    plain = take(world)
    assert SETUP not in plain
    write(world, "New.")
    assert digest(take(world)) != digest(plain)
    assert digest(take(world, "fr")) == digest(plain)


def test_a_text_stands_under_the_heading_of_its_section_even_where_that_would_be_empty(
    world: Any, quarter: Any
) -> None:
    tables(world)
    write(world, "Said always.\n\nTwice.", section="practices")
    write(world, "=Said of it.", section="practices", period=quarter)
    report = results(world)
    html = RESULTS.html(report.snapshot, imprint_of(report))
    section = html[html.index('<section id="practices"') :].split("</section>")[0]
    order = ["Practices adopted", "Said always.", "Twice.", "2010 Q1", "=Said of it."]
    places = [section.index(words) for words in order]
    assert places == sorted(places)
    assert "2010 Q1" in Paper(content(report)).headings(3)
    word = docx.Document(io.BytesIO(content(report, ".docx")))
    assert "Twice." in [paragraph.text for paragraph in word.paragraphs]


def test_who_may_ask_for_a_report_writes_its_texts(world: Any) -> None:
    write(world, "Mine.", actor=world.cda, cluster=world.leather)
    for actor, cluster in ((world.cda, None), (world.cda_other, world.leather), (world.donor, None)):
        with pytest.raises(PermissionRefused):
            write(world, "No.", actor=actor, cluster=cluster)
    assert Narrative.objects.visible_to(world.evaluator).count() == 1
    assert not Narrative.objects.visible_to(world.donor).exists()
    assert not Narrative.objects.visible_to(world.cda_other).exists()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("section", {"section": "nowhere"}),
        ("kind", {"kind": "activity-status"}),
        ("kind", {"kind": "nothing"}),
        ("text", {"text": " \n "}),
    ],
)
def test_a_text_that_fits_nowhere_is_refused(world: Any, field: str, values: dict[str, Any]) -> None:
    with pytest.raises(DomainError) as refused:
        write(world, **({"text": "x"} | values))
    assert list(refused.value.fields) == [field]


def test_an_older_view_of_a_text_overwrites_nothing(world: Any) -> None:
    first = write(world, "One.")
    write(world, "Two.", version=first.version)
    for version in (None, first.version):
        with pytest.raises(StaleVersion):
            write(world, "Three.", version=version)
    with pytest.raises(StaleVersion):
        services.clear_narrative(actor=world.manager, narrative=first, version=first.version)
    services.clear_narrative(actor=world.manager, narrative=first, version=None)
    assert [change.action for change in Change.objects.of(first)] == ["removed", "changed", "created"]


# The page of texts -----------------------------------------------------------------------------------------


def texts_url(world: Any, **query: Any) -> str:
    return reverse("report_texts", args=[world.programme.slug, "results"], query=query)


def opened(client: Any, where: str) -> dict[str, str]:
    form = client.get(where).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_texts_are_written_on_a_page_and_cleared_there(world: Any, sign_in: Any, quarter: Any) -> None:
    client, where = sign_in(world.manager), texts_url(world, language="it", period=quarter.pk)
    data = opened(client, where)
    answer = client.post(where, data | {"participation": "Molti.\r\n\r\nMoltissimi.", "chain": " "})
    assert answer.headers["Location"] == where
    row = Narrative.objects.get()
    assert (row.section, row.language, row.period, row.text) == (
        "participation",
        "it",
        quarter,
        "Molti.\n\nMoltissimi.",
    )
    client.post(where, opened(client, where))  # as it stands: no change
    assert Narrative.objects.get().version == 1
    client.post(where, opened(client, where) | {"participation": ""})
    assert not Narrative.objects.exists()


def test_two_who_write_different_sections_lose_nothing_and_in_one_section_decide(
    world: Any, sign_in: Any
) -> None:
    client, where = sign_in(world.manager), texts_url(world)
    write(world, "Old.")
    mine = opened(client, where)
    stands = Narrative.objects.get()
    write(world, "Theirs.", version=stands.version, actor=world.coordinator)
    write(world, "A chain.", section="chain", actor=world.coordinator)
    answer = client.post(where, mine | {"participation": "Mine.", "typed": "Also mine."})
    assert answer.status_code == 409
    html = answer.content.decode()
    for words in ("Theirs.", "Mine.", "Also mine.", "A chain."):
        assert words in html
    assert Narrative.objects.filter(text="Theirs.").exists()
    again = {name: answer.context["form"][name].value() or "" for name in answer.context["form"].fields}
    assert client.post(where, again).status_code == 302
    assert set(Narrative.objects.values_list("section", "text")) == {
        ("participation", "Mine."),
        ("typed", "Also mine."),
        ("chain", "A chain."),
    }


def test_a_text_that_is_too_long_is_refused_and_kept_in_the_form(world: Any, sign_in: Any) -> None:
    client, where = sign_in(world.manager), texts_url(world)
    answer = client.post(where, opened(client, where) | {"chain": "Good.", "typed": "x" * 4001})
    assert answer.status_code == 422
    assert "Good." in answer.content.decode()
    assert not Narrative.objects.exists()


def test_one_cluster_agent_is_offered_that_cluster_alone(world: Any, sign_in: Any) -> None:
    client = sign_in(world.cda)
    html = client.get(texts_url(world)).content.decode()
    assert "Chennai leather" in html
    assert "Chennai footwear" not in html
    assert "The whole programme" not in html
    assert client.get(texts_url(world, cluster=world.footwear.slug)).status_code == 404
    assert client.get(texts_url(world, language="xx")).status_code == 404
