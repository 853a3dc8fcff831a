"""The pages that these tests open: the specimen, a form that keeps drafts, a job, the real sign-in pages."""

from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import include, path

from tests.look.specimen import job, specimen

READER = SimpleNamespace(
    is_authenticated=True, pk=1, name="Meena Raghavan", email="m@test.example", language=""
)


class NoteForm(forms.Form):
    title = forms.CharField()
    place = forms.CharField(required=False)
    secret = forms.CharField(widget=forms.PasswordInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=3)


@login_not_required
def as_reader(request: HttpRequest) -> HttpResponse:
    request.user = READER  # type: ignore[assignment]
    return specimen(request)


@login_not_required
def note(request: HttpRequest) -> HttpResponse:
    """``?expired`` answers a POST as the login middleware does when a session has ended."""
    form = NoteForm(request.POST or None)
    if request.method == "POST" and "expired" in request.GET:
        return redirect("/login-page/")
    request.user = READER  # type: ignore[assignment]
    if request.method == "POST" and form.is_valid():
        messages.success(request, "Saved.")
        return redirect("/note/")
    return render(request, "note.html", {"form": form}, status=422 if form.is_bound else 200)


@login_not_required
def login_page(request: HttpRequest) -> HttpResponse:
    return render(request, "404.html")


@login_not_required
def work(request: HttpRequest) -> HttpResponse:
    """A job that is half done when its page opens and over when the page asks again."""
    request.user = READER  # type: ignore[assignment]
    if request.htmx:  # type: ignore[attr-defined]
        over = job(1, "done", "done", result_url="/note/")
        return render(request, "components/progress.html", {"job": over, "url": request.path})
    return render(
        request, "work.html", {"job": job(1, "running", "running", total=2, progress=1, percent=50)}
    )


@login_not_required
def refuse(request: HttpRequest, how: str) -> HttpResponse:
    raise {"404": Http404, "403": PermissionDenied, "500": ZeroDivisionError}[how]


urlpatterns = [
    path("", as_reader, name="home"),
    path("note/", note),
    path("login-page/", login_page),
    path("progress/", work),
    path("refuse/<str:how>/", refuse),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
]
