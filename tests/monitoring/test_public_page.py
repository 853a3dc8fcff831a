"""What a programme shows to everybody once it decided so, and what it never shows."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re

import pytest
from django.urls import reverse

from clusters import services as bodies
from monitoring import services
from monitoring.models import PublicPage
from monitoring.rules.public import Cover, covers
from tests.monitoring.results import came, event, head_count, person, tables
from tests.monitoring.test_portfolio import on_the_map
from twinning.core.access import PermissionRefused, StaleVersion, WrongState
from twinning.core.models import Change

FEW, HELD, TOLD = Cover.FEW, Cover.WITHHELD, Cover.NONE


def opened(world, intro="Twins of leather."):
    return services.open_public_page(
        actor=world.manager, programme=world.programme, version=None, intro=intro
    )


def ask(client, name="open_programme", **more):
    return client.get(reverse(name, args=["tanning"]), **more)


def cells(html, code):
    """The cells of an indicator's row: programme, clusters, target, reached."""
    row = re.search(rf'<th scope="row">{re.escape(code)} .*?</tr>', html, re.S)
    assert row
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row[0], re.S)]


@pytest.mark.parametrize(
    ("numbers", "wanted"),
    [
        ([10, 6, 4], [TOLD, TOLD, TOLD]),
        ([10, 8, 2], [TOLD, HELD, FEW]),
        ([2, 2, 0], [FEW, FEW, TOLD]),
        ([3, 2, 1], [TOLD, FEW, FEW]),
        ([12, 2, 4, 6], [TOLD, FEW, HELD, TOLD]),
        ([5, 2, 0], [TOLD, FEW, TOLD]),
        ([0, 0, None], [TOLD, TOLD, TOLD]),
    ],
)
def test_a_small_count_is_covered_and_so_is_what_would_give_it_away(numbers, wanted):
    assert covers(numbers) == wanted


def test_nothing_is_open_until_the_manager_opens_it(world, client):
    assert ask(client).status_code == 404
    opened(world)
    answer = ask(client)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "Twins of leather." in html
    assert "Chennai leather" in html
    assert "csrf" not in html


def test_closing_takes_it_down_at_once_and_history_keeps_both(world, client):
    page = opened(world)
    assert ask(client).status_code == 200
    services.close_public_page(actor=world.manager, page=page, version=page.version, reason="Election.")
    for name in ("open_programme", "open_results_csv", "open_results_json"):
        assert ask(client, name).status_code == 404
    changes = Change.objects.of(PublicPage.objects.get())
    assert [(change.action, change.reason) for change in changes] == [
        ("changed", "Election."),
        ("created", ""),
    ]


def test_only_who_manages_decides_and_no_older_view_overwrites(world):
    for other in (world.coordinator, world.donor):
        with pytest.raises(PermissionRefused):
            services.open_public_page(actor=other, programme=world.programme, version=None, intro="")
    page = opened(world)
    again = {"actor": world.manager, "programme": world.programme}
    services.open_public_page(**again, version=page.version, intro="New.")
    with pytest.raises(StaleVersion):
        services.open_public_page(**again, version=page.version, intro="Older.")
    page = PublicPage.objects.get()
    closed = services.close_public_page(actor=world.manager, page=page, version=page.version)
    with pytest.raises(WrongState):
        services.close_public_page(actor=world.manager, page=closed, version=None)


def test_the_manager_opens_and_closes_it_on_pages(world, sign_in):
    client = sign_in(world.manager)
    address = reverse("public_page", args=["tanning"])
    assert "Open a public page?" in client.get(address).content.decode()
    answer = client.post(address, {"intro": "Hello.", "version": ""}, follow=True)
    assert "The public page is open." in answer.content.decode()
    assert reverse("open_programme", args=["tanning"]) in answer.content.decode()
    shut = reverse("public_page_close", args=["tanning"])
    answer = client.post(shut, {"version": PublicPage.objects.get().version, "reason": ""}, follow=True)
    assert "The public page is closed." in answer.content.decode()
    assert client.get(shut).status_code == 404
    # Opened again from the form, with the version it shows.
    client.post(address, {"intro": "Hello.", "version": PublicPage.objects.get().version})
    assert PublicPage.objects.get().is_open


def trained(world, leather: int, footwear: int) -> None:
    for cluster, count in ((world.leather, leather), (world.footwear, footwear)):
        if count:
            head_count(world, event(world, f"Wet end {cluster}", "Feb 2010", clusters=[cluster]), count)


def test_one_or_two_persons_are_told_as_fewer_than_three(world, client):
    tables(world)
    who = person(world, "Kumar")
    came(world, event(world, "Wet end", "Feb 2010"), who)
    opened(world)
    html = ask(client).content.decode()
    # The programme, then its clusters by name: footwear, leather.
    assert cells(html, "T9.8")[:3] == ["fewer than 3", "0", "fewer than 3"]
    assert cells(html, "T9.1")[0] == "1"  # an event is the programme's own
    assert "Kumar" not in html
    assert "Pakkar" not in html


def test_a_small_cluster_is_not_found_by_taking_the_others_from_the_whole(world, client):
    tables(world)
    trained(world, leather=2, footwear=20)
    opened(world)
    names = ["22", "not shown", "fewer than 3"]
    # Clusters by name: footwear before leather.
    assert cells(ask(client).content.decode(), "T9.8")[:3] == names
    rows = read(ask(client, "open_results_csv"))
    leather, footwear = rows["T9.8", "leather"], rows["T9.8", "footwear"]
    assert (leather["state"], leather["value"], leather["records"]) == ("fewer-than-3", "", "")
    assert (footwear["state"], footwear["value"], footwear["achieved"]) == ("withheld", "", "")


def read(answer):
    return {
        (row["indicator"], row["scope"]): row
        for row in csv.DictReader(io.StringIO(answer.content.decode(), newline=""))
    }


def invested(world, firms, *, cluster=None, amount=5000):
    for firm in firms:
        made = services.record_outcome(
            actor=world.partner,
            programme=world.programme,
            cluster=cluster or world.leather,
            kind="investment",
            title="A mill",
            happened="2010",
            amount=amount,
            currency="EUR",
            source="Visit",
            parties=[(firm, "gains")],
        )
        services.verify_outcome(actor=world.manager, outcome=made, version=None, note="Seen.")


def firms(world, count, cluster):
    return [
        bodies.create_organisation(
            actor=world.manager,
            programme=world.programme,
            cluster=cluster,
            role="principal",
            name=f"Firm {number} of {cluster}",
            kind="principal-firm",
        )
        for number in range(count)
    ]


def test_money_of_three_firms_is_told_and_of_two_is_not(world, client):
    tables(world)
    invested(world, firms(world, 3, world.leather))
    opened(world)
    row = read(ask(client, "open_results_csv"))["T10.2", "programme"]
    assert (row["value"], row["amount"], row["currency"]) == ("3", "15000", "EUR")
    page = PublicPage.objects.get()
    invested(world, firms(world, 1, world.footwear), cluster=world.footwear)
    services.open_public_page(
        actor=world.manager, programme=world.programme, version=page.version, intro="Anew."
    )
    rows = read(ask(client, "open_results_csv"))
    # Of four firms all would be told, but less those of leather it is the money of one.
    assert rows["T10.2", "programme"]["value"] == "4"
    assert {rows["T10.2", scope]["amount"] for scope in ("programme", "leather", "footwear")} == {""}


def test_agreements_of_firms_and_those_only_tried_stay_inside(world, client):
    def agreed(title, kind="ca", **values):
        return bodies.create_agreement(
            actor=world.manager, programme=world.programme, title=title, kind=kind, **values
        )

    agreed("Framework", signed="2008-06")
    agreed("Only tried", attempted_only=True)
    agreed("Letter of two firms", kind="loi", signed="2009")
    parties = [
        {"organisation": world.tannery, "role": "signatory", "side": "emerging"},
        {"organisation": world.conciatori, "role": "signatory", "side": "advanced"},
    ]
    agreed("With a firm", signed="2009", parties=parties)
    opened(world)
    html = ask(client).content.decode()
    assert "Framework" in html
    for inside in ("Only tried", "Letter of two firms", "With a firm"):
        assert inside not in html


def twinned_and_opened_anew(world):
    """Santa Croce works with leather by now, and the page is read anew."""
    twinning = world.twinning
    for to in ("study", "negotiating", "active"):
        twinning = bodies.move_twinning(
            actor=world.manager, twinning=twinning, to=to, version=None, reason="Agreed."
        )
    page = PublicPage.objects.get()
    services.open_public_page(
        actor=world.manager, programme=world.programme, version=page.version, intro="Two."
    )


def test_a_cluster_that_is_only_looked_at_is_not_told_of(world, client):
    opened(world)
    assert "Santa Croce" not in ask(client).content.decode()
    twinned_and_opened_anew(world)
    assert "Santa Croce" in ask(client).content.decode()


def test_its_map_has_only_clusters_that_are_told_of(world, client):
    on_the_map(world)
    opened(world)
    assert "Santa Croce" not in ask(client).content.decode()
    twinned_and_opened_anew(world)
    html = ask(client).content.decode()
    drawn = html[html.index('class="place-map"') : html.index("</svg>")]
    assert "Chennai leather</text>" in drawn
    assert "Santa Croce</text>" in drawn
    assert 'stroke-width="2"/>' in drawn
    assert "43.71°\u00a0N, 10.78°\u00a0E" in html


def test_the_data_package_describes_the_file_to_the_byte(world, client):
    tables(world)
    trained(world, leather=12, footwear=3)
    opened(world)
    package = json.loads(ask(client, "open_results_json").content)
    (resource,) = package["resources"]
    data = ask(client, "open_results_csv").content
    assert resource["path"] == "results.csv"
    assert resource["bytes"] == len(data)
    assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    fields = resource["schema"]["fields"]
    lines = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert lines[0] == [field["name"] for field in fields]
    casts = {"string": str, "number": float, "integer": int}
    keys = set()
    for line in lines[1:]:
        for field, text in zip(fields, line, strict=True):
            if text:
                casts[field["type"]](text)
            known = field.get("constraints", {}).get("enum")
            assert not known or text in known
        keys.add((line[0], line[4]))
    assert len(keys) == len(lines) - 1 > 0


def test_caches_may_keep_it_and_ask_again(world, client):
    opened(world)
    first = ask(client)
    assert first["Cache-Control"] == "public, max-age=300"
    assert "Content-Security-Policy" in first
    assert "Set-Cookie" not in first
    again = ask(client, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert client.post(reverse("open_programme", args=["tanning"])).status_code == 405


def test_it_costs_little_and_the_second_time_next_to_nothing(world, client, django_assert_max_num_queries):
    tables(world)
    trained(world, leather=12, footwear=3)
    opened(world)
    with django_assert_max_num_queries(15):
        ask(client)
    with django_assert_max_num_queries(1):
        ask(client)


def test_an_address_that_asks_too_often_waits(world, client, monkeypatch):
    from rest_framework.settings import api_settings

    opened(world)
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "client", "2/day")
    asker = {"REMOTE_ADDR": "192.0.2.77"}
    found = [ask(client, **asker) for _time in range(3)]
    assert [answer.status_code for answer in found] == [200, 200, 429]
    assert int(found[2]["Retry-After"]) > 0
