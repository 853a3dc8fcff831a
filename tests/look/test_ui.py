"""The tags of a page, one promise each."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation


def render(text: str, url: str = "/list/", **context: Any) -> str:
    return Template(text).render(Context({"request": RequestFactory().get(url), **context}))


def test_unknown_is_said_and_zero_is_a_number() -> None:
    assert "not stated" in render("{{ value|figure }}", value=None)
    assert "not stated" in render("{{ value|money:'EUR' }}", value=None)
    assert render("{{ value|figure }}", value=0) == "0"
    assert render("{{ value|not_stated }}", value=0) == "0"


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        (1204, "en", "1,204"),
        (Decimal("5.00"), "en", "5"),
        (Decimal("1234567.5"), "it", "1.234.567,5"),
        ("about 40", "en", "about 40"),
    ],
)
def test_figures_are_written_as_the_reader_writes_them(value: Any, language: str, text: str) -> None:
    with translation.override(language):
        assert render("{{ value|figure }}", value=value) == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("1250.00"), "EUR", "EUR\u00a01,250"),
        (Decimal("18400.5"), "EUR", "EUR\u00a018,400.50"),
        (Decimal("99.5"), "KRW", "KRW\u00a0100"),
    ],
)
def test_money_names_its_currency(amount: Decimal, currency: str, text: str) -> None:
    assert text in render("{{ a|money:c }}", a=amount, c=currency)


def test_a_status_is_a_word_and_its_kind_is_one_that_has_a_mark() -> None:
    assert render("{% badge word 'good' %}", word="<b>") == '<span class="badge good">&lt;b&gt;</span>'
    with pytest.raises(TemplateSyntaxError):
        render("{% badge 'done' 'green' %}")


def test_an_address_keeps_what_is_not_replaced() -> None:
    found = render("{% query_with request page=3 sort=None %}", "/list/?q=a+b&q=c&sort=x&page=2")
    assert found == "?q=a+b&amp;q=c&amp;page=3"
    assert render("{% query_with request q=None %}", "/list/?q=a") == "/list/"


def test_a_column_head_turns_the_order_and_goes_back_to_the_first_page() -> None:
    head = '{% sort_link request "start" "Period" default="-start" %}'
    assert 'aria-sort="descending"' in render(head)
    assert 'href="?q=a&amp;sort=start"' in render(head, "/list/?q=a&page=4")
    assert 'href="?sort=-start"' in render(head, "/list/?sort=start")


def test_pages_of_a_counted_an_uncounted_and_a_keyset_list() -> None:
    counted = render("{% pagination page %}", "/list/?q=a&page=2", page=Paginator(range(50), 10).page(2))
    assert 'href="?q=a"' in counted
    assert "Page 2 of 5" in counted
    uncounted = SimpleNamespace(number=3, has_next=lambda: False, has_previous=lambda: True)
    assert 'href="?page=2"' in render("{% pagination page %}", page=uncounted)
    keyset = render(
        "{% pagination page %}", "/list/?after=x", page=SimpleNamespace(next_cursor="z", previous_cursor=None)
    )
    assert 'href="?after=z"' in keyset
    assert "Previous" not in keyset
    assert render("{% pagination page %}", page=Paginator(range(3), 10).page(1)).strip() == ""


class Line(forms.Form):
    people = forms.IntegerField(label="People")
    kind = forms.ChoiceField(label="Kind", choices=[("t", "Training")], widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False, help_text="In a few words")


def test_a_form_says_what_is_wrong_once_above_and_once_beside_the_field() -> None:
    form = Line({"people": "many"})
    form.add_error(None, "The period ends before it starts.")
    html = form.render()
    assert html.count("error-summary") == 1
    assert '<a href="#id_people">People: Enter a whole number.</a>' in html
    assert '<a href="#id_kind_0">' in html
    assert "<li>The period ends before it starts.</li>" in html
    assert 'aria-describedby="id_people_error"' in html
    assert 'id="id_people_error"' in html
    assert html.count("(optional)") == 1


def test_one_summary_for_a_form_and_its_lines() -> None:
    lines = forms.formset_factory(Line)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-people": "x", "form-0-kind": "t"}
    )
    html = render(
        "{% error_summary form lines %}{% form_fields form %}", form=Line({"kind": "t"}), lines=lines
    )
    assert html.count("error-summary") == 1
    assert 'href="#id_people"' in html
    assert 'href="#id_form-0-people"' in html


def test_a_label_stands_in_the_place_of_a_placeholder() -> None:
    field = forms.CharField(
        label="Place", widget=forms.TextInput(attrs={"placeholder": "Chennai", "maxlength": 9})
    )
    form = type("Place", (forms.Form,), {"place": field})()
    assert "Chennai" not in form.render()
    assert 'maxlength="9"' in form.render()


def test_filters_count_what_is_in_use_and_keep_the_order() -> None:
    form = Line({"note": "x"})
    html = render("{% filter_form form %}", "/list/?note=x&sort=-people&page=3", form=form)
    assert "Filters: 1 in use" in html
    assert '<input type="hidden" name="sort" value="-people">' in html
    assert 'href="/list/?sort=-people"' in html
