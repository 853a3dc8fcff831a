"""Values as they are typed on pages: where, in which periods, in parts, and what a period is handed in without."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse

from clusters.models import ProductGroup
from monitoring import services
from monitoring.models import Closing, Indicator, Measurement, ReportingPeriod
from monitoring.queries.entering import unreported
from tests.conftest import World
from tests.monitoring.results import build_tables, tables
from tests.monitoring.test_closings import LAST, quarter
from twinning.core.access import DomainError, WrongState

__all__ = ["quarter"]
pytestmark = pytest.mark.contents(build=build_tables)


@pytest.fixture
def employed(world: World) -> Indicator:
    result = tables(world)["T9.1"].result
    return services.add_indicator(
        actor=world.manager,
        result=result,
        code="EMP",
        name="Employed",
        dimensions=["sex", "firm-size", "product-group"],
    )


@pytest.fixture
def leather_quarter(world: World, quarter: ReportingPeriod, employed: Indicator) -> Closing:
    return services.open_closing(actor=world.cda, period=quarter, cluster=world.leather)


def page_of(world: World, name: str, *args: Any) -> str:
    return reverse(name, args=[world.programme.slug, *args])


def value(world: World, indicator: Indicator, period: ReportingPeriod, **values: Any) -> Measurement:
    given: dict[str, Any] = {"cluster": world.leather, "value": 10, "source": "Survey"} | values
    return services.record_measurement(actor=world.manager, indicator=indicator, period=period, **given)


# Without a value ------------------------------------------------------------------------------------------


def test_a_closing_leads_from_each_figure_without_a_value_to_its_form_and_back(
    world: World, sign_in: Any, leather_quarter: Closing, employed: Indicator
) -> None:
    client, shown = sign_in(world.cda), page_of(world, "closing", leather_quarter.pk)
    form = f"{page_of(world, 'measurement_new', 'EMP')}?closing={leather_quarter.pk}"
    page = client.get(shown).content.decode()
    assert "1 of 17 figures has no value" in page
    assert f'href="{form}"' in page
    asked = client.get(form).context["form"]
    assert asked["period"].value() == leather_quarter.period_id
    assert asked["cluster"].value() == world.leather.pk
    sent = {"period": leather_quarter.period_id, "cluster": world.leather.pk, "applies": "on"}
    answer = client.post(form, sent | {"value": "0", "source": "Survey"})
    assert (answer.status_code, answer.url) == (302, shown)
    page = client.get(shown).content.decode()
    assert "no value" not in page
    assert form not in page


def test_it_is_handed_in_without_values_only_by_who_says_so(
    world: World, sign_in: Any, leather_quarter: Closing
) -> None:
    client, address = sign_in(world.cda), page_of(world, "closing_submit", leather_quarter.pk)
    page = client.get(address).content.decode()
    assert "1 of 17 figures has no value: it will be handed in as not reported." in page
    assert "EMP Employed" in page
    sent = {"version": leather_quarter.version}
    assert client.post(address, sent).status_code == 422
    assert client.post(address, sent | {"as_not_reported": "on"}).status_code == 422  # of none of them
    assert Closing.objects.get().status == "open"
    assert client.post(address, sent | {"as_not_reported": said_of(page)}).status_code == 302
    assert Closing.objects.get().status == "submitted"


def said_of(page: str) -> str:
    """What the box on the page sends when it is ticked."""
    found = re.search(r'<input type="checkbox" name="as_not_reported" value="([^"]*)"', page)
    assert found
    return found[1]


def test_who_agreed_to_one_figure_without_a_value_is_asked_again_when_there_are_more(
    world: World, sign_in: Any, leather_quarter: Closing, employed: Indicator
) -> None:
    client, address = sign_in(world.cda), page_of(world, "closing_submit", leather_quarter.pk)
    sent = {
        "version": leather_quarter.version,
        "as_not_reported": said_of(client.get(address).content.decode()),
    }
    services.add_indicator(actor=world.manager, result=employed.result, code="NEW", name="Newly asked")
    answer = client.post(address, sent)
    assert answer.status_code == 422
    (why,) = answer.context["form"].errors["as_not_reported"]
    assert why.startswith("By now more figures have no value: NEW Newly asked.")
    assert Closing.objects.get().status == "open"
    page = answer.content.decode()
    assert "2 of 18 figures have no value" in page
    box = re.search(r'<div class="choice"><input type="checkbox" name="as_not_reported"[^>]*>', page)
    assert box
    assert "checked" not in box[0]
    # Once one of them has a value there are fewer than was said, which is no reason to ask.
    value(world, employed, leather_quarter.period)
    assert client.post(address, sent | {"as_not_reported": said_of(page)}).status_code == 302
    assert Closing.objects.get().status == "submitted"


def test_the_api_is_asked_the_same(world: World, sign_in: Any, leather_quarter: Closing) -> None:
    client, address = sign_in(world.cda), f"/api/v1/closings/{leather_quarter.pk}/submit/"
    options: dict[str, Any] = {"content_type": "application/json", "headers": {"If-Match": "*"}}
    answer = client.post(address, {}, **options)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "#/as_not_reported"
    assert "1 of 17 figures" in error["detail"]
    assert client.post(address, {"as_not_reported": True}, **options).status_code == 200


def test_zero_and_not_applicable_are_values_and_a_total_of_clusters_is_one(
    world: World, quarter: ReportingPeriod, employed: Indicator, leather_quarter: Closing
) -> None:
    whole = services.open_closing(actor=world.manager, period=quarter, cluster=None)
    assert unreported(whole).missing == (employed,)
    made = value(world, employed, quarter, value=0)
    assert not unreported(leather_quarter).missing
    assert not unreported(whole).missing
    services.update_measurement(
        actor=world.cda, measurement=made, version=None, applies=False, note="Nobody is employed there."
    )
    assert not unreported(leather_quarter).missing


# Parts ----------------------------------------------------------------------------------------------------


def test_each_part_is_a_number_of_its_own_in_words(
    world: World, sign_in: Any, leather_quarter: Closing
) -> None:
    ProductGroup.objects.create(cluster=world.leather, name="Goat leather")
    ProductGroup.objects.create(cluster=world.footwear, name="Uppers")
    client = sign_in(world.cda)
    address = f"{page_of(world, 'measurement_new', 'EMP')}?closing={leather_quarter.pk}"
    page = client.get(address).content.decode()
    for words in ("By sex", "Female", "By size of the firm", "Micro", "By product group", "Goat leather"):
        assert words in page
    assert "Uppers" not in page
    assert "sex=f" not in page
    group = next(name for name in client.get(address).context["form"].fields if "product-group" in name)
    sent = {"period": leather_quarter.period_id, "cluster": world.leather.pk, "applies": "on", "value": "10"}
    sent |= {"source": "Survey", "part_sex-f": "4", "part_sex-m": "6", "part_sex-u": "", group: "10"}
    assert client.post(address, sent).status_code == 302
    assert Measurement.objects.get().parts == [
        {"dims": {"sex": "f"}, "value": "4"},
        {"dims": {"sex": "m"}, "value": "6"},
        {"dims": {"product-group": "Goat leather"}, "value": "10"},
    ]


def test_what_does_not_sum_is_said_beside_the_parts_which_stay_typed(
    world: World, sign_in: Any, leather_quarter: Closing
) -> None:
    client, address = sign_in(world.cda), page_of(world, "measurement_new", "EMP")
    sent = {"period": leather_quarter.period_id, "cluster": world.leather.pk, "applies": "on", "value": "10"}
    sent |= {"source": "Survey", "part_firm-size-small": "3", "part_firm-size-large": "x"}
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors["part_firm-size-large"]
    answer = client.post(address, sent | {"part_firm-size-large": "4"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["parts"] == ["The parts by size of the firm sum to 7, not to 10."]
    assert 'href="#id_parts"' in answer.content.decode()
    assert 'name="part_firm-size-small" value="3"' in answer.content.decode()


def test_parts_by_two_things_that_came_another_way_are_kept_and_may_be_changed(
    world: World, sign_in: Any, quarter: ReportingPeriod, employed: Indicator
) -> None:
    crossed: list[dict[str, Any]] = [
        {"dims": {"firm-size": "small", "sex": "f"}, "value": "4"},
        {"dims": {"firm-size": "small", "sex": "m"}, "value": "6"},
    ]
    made = value(world, employed, quarter, parts=crossed)
    client, address = sign_in(world.cda), page_of(world, "measurement_edit", "EMP", made.pk)
    page = client.get(address).content.decode()
    assert "By sex and size of the firm" in page
    assert "Female, small" in page
    sent = {"version": made.version, "applies": "on", "value": "10", "source": "Survey"}
    # A robot that knows of no parts changes none.
    assert client.post(address, sent | {"note": "Seen"}).status_code == 302
    made.refresh_from_db()
    assert {frozenset(part["dims"].items()) for part in made.parts} == {
        frozenset(part["dims"].items()) for part in crossed
    }
    sent |= {"version": made.version, "part_sex-f_firm-size-small": "5", "part_sex-m_firm-size-small": "5"}
    assert client.post(address, sent).status_code == 302
    made.refresh_from_db()
    assert [part["value"] for part in made.parts] == ["5", "5"]


def test_a_part_that_another_saved_meanwhile_is_laid_beside_ones_own(
    world: World, sign_in: Any, quarter: ReportingPeriod, employed: Indicator
) -> None:
    made = value(world, employed, quarter)
    seen = made.version
    parts = [{"dims": {"sex": "f"}, "value": "4"}, {"dims": {"sex": "m"}, "value": "6"}]
    services.update_measurement(actor=world.manager, measurement=made, version=None, parts=parts)
    sent = {"version": seen, "applies": "on", "value": "10", "source": "Payrolls"}
    sent |= {"part_sex-f": "", "part_sex-m": ""}
    answer = sign_in(world.cda).post(page_of(world, "measurement_edit", "EMP", made.pk), sent)
    assert answer.status_code == 409
    assert answer.context["form"]["part_sex-f"].value() == "4"


# Periods --------------------------------------------------------------------------------------------------


def test_periods_that_take_no_value_say_why_and_cannot_be_chosen(
    world: World, sign_in: Any, leather_quarter: Closing
) -> None:
    services.submit_closing(actor=world.cda, closing=leather_quarter, version=None, as_not_reported=True)
    address = page_of(world, "measurement_new", "EMP")
    option = f'<option value="{leather_quarter.period_id}" disabled>2010 Q1 – handed in</option>'
    assert option in sign_in(world.cda).get(address).content.decode()
    # Who enters for other places too may choose it, and is told for which not.
    page = sign_in(world.manager).get(address).content.decode()
    assert "2010 Q1 – handed in for Chennai leather</option>" in page
    sent = {"period": leather_quarter.period_id, "cluster": world.leather.pk, "applies": "on", "value": "1"}
    answer = sign_in(world.cda).post(address, sent | {"source": "Survey"})
    assert answer.status_code == 422
    assert "is handed in" in answer.context["form"].errors["period"][0]


def test_an_exception_opens_the_period_again(world: World, sign_in: Any, leather_quarter: Closing) -> None:
    closing = services.submit_closing(
        actor=world.cda, closing=leather_quarter, version=None, as_not_reported=True
    )
    services.approve_closing(actor=world.manager, closing=closing, version=None)
    address, client = page_of(world, "measurement_new", "EMP"), sign_in(world.cda)
    assert "2010 Q1 – closed</option>" in client.get(address).content.decode()
    until = dt.date(2099, 1, 1)
    services.grant_exception(actor=world.manager, closing=closing, until=until, reason="A survey came late.")
    assert "2010 Q1</option>" in client.get(address).content.decode()


# Places ---------------------------------------------------------------------------------------------------


def test_what_no_column_shows_is_refused_everywhere(
    world: World, quarter: ReportingPeriod, employed: Indicator, sign_in: Any
) -> None:
    with pytest.raises(DomainError, match="no column for Santa Croce") as refused:
        value(world, employed, quarter, cluster=world.santa_croce)
    assert set(refused.value.fields) == {"cluster"}
    days = {"first": quarter.first, "last": LAST}
    with pytest.raises(DomainError, match="no column"):
        services.set_target(
            actor=world.manager, indicator=employed, cluster=world.santa_croce, value=5, **days
        )
    with pytest.raises(DomainError, match="no column"):
        services.open_closing(actor=world.manager, period=quarter, cluster=world.santa_croce)
    body = {"indicator": employed.pk, "period": quarter.pk, "cluster": "santa-croce", "value": "5"}
    answer = sign_in(world.manager).post(
        "/api/v1/measurements/", body | {"source": "Survey"}, content_type="application/json"
    )
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "#/cluster"
    assert "no column" in error["detail"]


def test_the_forms_do_not_offer_it_and_who_has_no_other_place_gets_none(
    world: World, employed: Indicator, sign_in: Any
) -> None:
    for name in ("measurement_new", "target_new"):
        page = sign_in(world.manager).get(page_of(world, name, "EMP")).content.decode()
        assert "Chennai leather" in page
        assert "Santa Croce" not in page
    client = sign_in(world.cda_advanced)
    assert client.get(page_of(world, "measurement_new", "EMP")).status_code == 403
    assert "Enter a value" not in client.get(page_of(world, "indicator", "EMP")).content.decode()


def test_where_no_cluster_is_principal_each_has_its_column(
    world: World, quarter: ReportingPeriod, employed: Indicator
) -> None:
    type(world.leather).objects.filter(programme=world.programme).update(is_principal=False)
    world.santa_croce.refresh_from_db()
    assert value(world, employed, quarter, cluster=world.santa_croce).pk


def test_what_stands_from_before_may_still_be_put_right(
    world: World, quarter: ReportingPeriod, employed: Indicator
) -> None:
    made = value(world, employed, quarter)
    target = services.set_target(
        actor=world.manager, indicator=employed, cluster=world.leather, first=LAST, last=LAST, value=5
    )
    type(world.leather).objects.filter(pk=world.leather.pk).update(is_principal=False)
    services.update_measurement(actor=world.manager, measurement=made, version=None, value=9)
    services.update_target(actor=world.manager, target=target, version=None, value=6)


def test_a_handed_in_period_is_refused_by_the_service_too(world: World, leather_quarter: Closing) -> None:
    services.submit_closing(actor=world.cda, closing=leather_quarter, version=None, as_not_reported=True)
    with pytest.raises(WrongState):
        value(world, Indicator.objects.get(code="EMP"), leather_quarter.period)
