"""A page with one form: its words, the way back, and what the browser keeps."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from twinning.core.access import DomainError
from twinning.core.form_pages import FormPage, Section, save_or_show

PROGRAMME = SimpleNamespace(slug="tanning")


class NameForm(forms.Form):
    name = forms.CharField()


def asked(**sent: str) -> HttpRequest:
    request = RequestFactory().post("/", sent) if sent else RequestFactory().get("/")
    request.user = AnonymousUser()
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def shown(form: forms.Form | None = None, **fields: Any) -> str:
    page = FormPage("Rename it?", "Rename", "/back/", "people", **fields)
    return save_or_show(asked(), form or NameForm(), lambda values: True, page, done="").content.decode()


def sending(name: str, **fields: Any) -> tuple[HttpResponse, list[str]]:
    request = asked(name=name)
    page = FormPage("Rename it?", "Rename", "/back/", "people")
    given: dict[str, Any] = {"save": lambda values: values["name"], "done": "Renamed."} | fields
    answer = save_or_show(request, NameForm(request.POST), page=page, **given)
    return answer, [str(message) for message in request._messages]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("fields", "way_back"),
    [
        ({}, "Cancel"),
        ({"danger": True}, "Keep it"),
        ({"danger": True, "keep": "Leave it joint"}, "Leave it joint"),
    ],
)
def test_the_way_back_says_what_it_does(fields: dict[str, Any], way_back: str) -> None:
    assert f'<a href="/back/">{way_back}</a>' in shown(**fields)


def test_the_browser_keeps_what_is_typed_unless_the_page_says_otherwise() -> None:
    assert 'id="record" data-draft' in shown()
    assert "data-draft" not in shown(draft=False)
    assert "data-draft" not in shown(forms.Form()), "There is nothing to type."


def test_what_is_saved_is_told_and_leads_on() -> None:
    answer, told = sending("Turin")
    assert (answer.status_code, answer.headers["Location"], told) == (302, "/back/", ["Renamed."])
    answer, told = sending("Turin", then=lambda name: f"/{name}/", done="")
    assert (answer.headers["Location"], told) == ("/Turin/", [])


def test_what_is_refused_stays_on_the_page_with_its_reason() -> None:
    def refuse(values: dict[str, Any]) -> Any:
        raise DomainError("It is taken.", fields={"name": ["It is taken."]})

    answer, told = sending("Turin", save=refuse)
    assert (answer.status_code, told) == (422, [])
    assert "It is taken." in answer.content.decode()
    assert 'value="Turin"' in answer.content.decode()


def test_a_page_in_a_section_leads_back_to_the_nearest_above_it() -> None:
    people = Section("people", "People")
    listed = people.page(PROGRAMME, "Add a person", "Add person")
    assert (listed.cancel_url, listed.place) == ("/p/tanning/people", "people")
    below = people.page(PROGRAMME, "Edit the person", "Save", ("Meena", "/p/tanning/people/1"), lead="Hers.")
    assert [label for label, _address in below.crumbs] == ["People", "Meena"]
    assert (below.cancel_url, below.lead) == ("/p/tanning/people/1", "Hers.")
