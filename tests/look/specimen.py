"""What the specimen page shows: invented rows, real parts."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone


class ActivityForm(forms.Form):
    title = forms.CharField(label="Title", help_text="As the status sheet prints it.")
    period = forms.CharField(
        label="When", help_text="As people write it: “March-April 2009”, “ongoing since 2008”."
    )
    kind = forms.ChoiceField(
        label="Kind", choices=[("t", "Training"), ("v", "Study visit")], widget=forms.RadioSelect
    )
    cluster = forms.ChoiceField(label="Cluster", choices=[("", "Choose one"), ("l", "Chennai leather")])
    people = forms.IntegerField(label="People", required=False, min_value=0)
    days = forms.MultipleChoiceField(
        label="Components",
        required=False,
        choices=[("ct", "Cluster twinning"), ("itp", "Promotion")],
        widget=forms.CheckboxSelectMultiple,
    )
    starts = forms.DateField(label="Starts", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea)
    sheet = forms.FileField(label="Evidence", required=False, help_text="PDF or picture, up to 20 MB.")
    joint = forms.BooleanField(label="This is a joint event of several clusters", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    conflict = (("Period", "March 2009", "March–April 2009"), ("Place", "Chennai", ""))

    @property
    def conflict_change(self) -> SimpleNamespace:
        return SimpleNamespace(actor="Meena Raghavan", at=timezone.now())


class FilterForm(forms.Form):
    q = forms.CharField(label="Search", required=False, widget=forms.SearchInput)
    status = forms.MultipleChoiceField(
        label="Status",
        required=False,
        choices=[("done", "done"), ("planned", "planned")],
        widget=forms.CheckboxSelectMultiple,
    )
    cluster = forms.ChoiceField(
        label="Cluster", required=False, choices=[("", "Any"), ("l", "Chennai leather")]
    )


ROWS = [
    (
        "Visit of tanners to Santa Croce sull'Arno and signing of the memorandum",
        "14–21 March 2009",
        "done",
        "good",
        24,
        1250,
    ),
    (
        "Training of trainers in wet-end finishing",
        "March–April 2009",
        "running",
        "busy",
        1204,
        Decimal("18400.50"),
    ),
    ("Study of the effluent plant", "2011", "planned", "plan", None, None),
    ("Design workshop", "early 2010?", "doubtful date", "warn", 12, 900),
    ("Supplier development, second batch", "ongoing since 2008", "lapsed", "off", 0, 0),
]


def job(pk: int, status: str, label: str, **rest: object) -> SimpleNamespace:
    over = status in ("done", "failed")
    shown = {
        "title": "Status report",
        "progress": 0,
        "total": 0,
        "percent": None,
        "message": "",
        "error": "",
        "result_url": "",
    }
    return SimpleNamespace(pk=pk, status=status, is_over=over, get_status_display=label, **(shown | rest))


def context(request: HttpRequest) -> dict[str, object]:
    names = ("title", "period", "status", "kind", "people", "cost")
    changes = [
        SimpleNamespace(
            when=timezone.now(),
            actor_name="Meena Raghavan",
            action="changed",
            reason="Sheet of July",
            fields=[("Period", "March 2009", "March–April 2009"), ("Place", "", "Chennai")],
        ),
        SimpleNamespace(
            when=timezone.now() - dt.timedelta(days=3),
            actor_name="Luca Bianchi",
            action="created",
            reason="",
            fields=[],
        ),
    ]
    keys = [
        "overview",
        "clusters",
        "organisations",
        "people",
        "twinnings",
        "agreements",
        "committee",
        "activities",
        "timeline",
        "imports",
        "reports",
        "members",
    ]
    return {
        "programme": SimpleNamespace(
            slug="tfind04a01", code="TF/IND/04/A01", title="Twinning of Indian and Italian clusters"
        ),
        "cluster": SimpleNamespace(slug="chennai-leather", name="Chennai leather"),
        "place": "activities",
        "sections": [{"key": key, "label": key.capitalize(), "url": "#"} for key in keys],
        "rows": [dict(zip(names, row, strict=True)) for row in ROWS],
        "page": Paginator(range(200), 10).page(3),
        "uncounted": SimpleNamespace(number=7, has_next=lambda: True, has_previous=lambda: True),
        "turnover": Decimal("1280000000"),
        "changes": changes,
        "years": range(2000, 2012),
        "matrix": [
            ("Chennai leather", [1000 * n if n % 5 else None for n in range(12)]),
            ("Santa Croce", range(400, 412)),
        ],
        "filters": FilterForm(request.GET or None, auto_id="filter_%s"),
        "form": ActivityForm({"people": "-3", "version": "4", "title": "Design workshop"}),
        "jobs": [
            job(1, "queued", "waiting"),
            job(2, "running", "running", progress=30, total=80, percent=38, message="setting the tables"),
            job(3, "failed", "failed", error="The sheet has no column for the period."),
            job(4, "done", "done", result_url="#"),
        ],
    }


def specimen(request: HttpRequest) -> HttpResponse:
    return render(request, "specimen.html", context(request))
