"""What becomes of a filed form: handed in, given back, approved, revised, put aside."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clusters.models import Programme
from diagnostics import services
from diagnostics.forms import ReasonForm, RemarkForm, ReturnForm
from diagnostics.models import Remark, Submission
from diagnostics.permissions import can_decide, can_remark
from diagnostics.queries import study_state, waiting_for
from diagnostics.queries.filed import problem_lines, question_label
from diagnostics.views.base import act_page, changeable, form_of
from diagnostics.views.filling import address_in_form
from twinning.core.access import DomainError, PermissionRefused, require
from twinning.core.form_pages import FormPage, save_or_show
from twinning.core.models import User
from twinning.core.pages import ActForm, actor, form_page, sent, url, visible_or_404


def _act(
    request: HttpRequest,
    submission: Submission,
    save: Callable[[int | None], Submission],
    page: FormPage,
    done: str,
    then: Callable[[Submission], str] | None = None,
) -> HttpResponse:
    form = ActForm(sent(request), instance=submission)
    return save_or_show(request, form, lambda _values: save(form.version), page, done=done, then=then)


@require_http_methods(["GET", "POST"])
def form_submit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, submission = changeable(request, programme_slug, pk)
    page = act_page(
        programme, submission, _("Hand this form in?"), _("Hand in"),
        lead=_("Somebody else looks at it and approves it or gives it back. Until then you can take it back."),
        keep=_("Go on filling it"),
    )  # fmt: skip
    form = ActForm(sent(request), instance=submission)
    found = problem_lines(user, submission, get_language() or "")
    problems = [(address_in_form(submission, one.path), one) for one in found]
    if request.method == "POST":
        try:
            services.submit(actor=user, submission=submission)
        except PermissionRefused:
            raise
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("The form was handed in."))
            return redirect("filed_form", programme.slug, submission.pk)
    return form_page(
        request, "diagnostics/submit.html", form, page=page, place=page.place, cluster=page.cluster,
        problems=problems, submission=submission, state=study_state(submission),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def form_take_back(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, submission = changeable(request, programme_slug, pk)
    page = act_page(programme, submission, _("Take this form back?"), _("Take back"))
    done = _("You can go on filling it.")
    return _act(
        request,
        submission,
        lambda _version: services.take_back(actor=user, submission=submission),
        page,
        done,
    )


def _decidable(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Submission]:
    user, programme, submission = form_of(request, programme_slug, pk)
    require(can_decide(user, submission))
    return user, programme, submission


@require_http_methods(["GET", "POST"])
def form_approve(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, submission = _decidable(request, programme_slug, pk)
    lead = _("What it says then counts: in suggestions, comparisons and reports.")
    if submission.revises_id:
        lead += " " + _("The edition that it revises is superseded.")
    page = act_page(programme, submission, _("Approve this form?"), _("Approve"), lead=lead)
    done = _("The form was approved.")
    return _act(
        request,
        submission,
        lambda version: services.approve(actor=user, submission=submission, version=version),
        page,
        done,
    )


@require_http_methods(["GET", "POST"])
def form_return(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, submission = _decidable(request, programme_slug, pk)
    form = ReturnForm(sent(request), instance=submission)
    return save_or_show(
        request,
        form,
        lambda values: services.return_(
            actor=user, submission=submission, remarks={}, version=form.version, **values
        ),
        act_page(programme, submission, _("Give this form back?"), _("Give back"), draft=True),
        done=_("The form was given back."),
    )


@require_http_methods(["GET", "POST"])
def form_revise(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, submission = changeable(request, programme_slug, pk)
    lead = _("A new edition begins with these answers. This one counts until the new one is approved.")
    page = act_page(programme, submission, _("Revise this form?"), _("Begin a new edition"), lead=lead)
    return _act(
        request,
        submission,
        lambda _version: services.revise(actor=user, submission=submission),
        page,
        _("A new edition was begun."),
        lambda made: url("filed_form", programme, made.pk),
    )


@require_http_methods(["GET", "POST"])
def form_withdraw(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, submission = changeable(request, programme_slug, pk)
    return save_or_show(
        request,
        ReasonForm(sent(request), instance=submission),
        lambda values: services.withdraw(actor=user, submission=submission, **values),
        act_page(
            programme, submission, _("Put this draft aside?"), _("Put aside"), danger=True,
            lead=_("It leaves the lists. It can be taken up again from its page."),
        ),
        done=_("The draft was put aside."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def form_take_up(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, submission = changeable(request, programme_slug, pk)
    page = act_page(programme, submission, _("Take this draft up again?"), _("Take up"))
    done = _("You can go on filling it.")
    return _act(
        request, submission, lambda _version: services.take_up(actor=user, submission=submission), page, done
    )


@require_http_methods(["GET", "POST"])
def form_move(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, submission = changeable(request, programme_slug, pk)
    lead = _(
        "The answers go with it. Those to questions that are not asked any more stay with the form and are "
        "not looked at."
    )
    page = act_page(
        programme, submission, _("Go on in the version in use?"), _("Move to the version in use"), lead=lead
    )
    done = _("The form goes on in the version in use.")
    return _act(
        request,
        submission,
        lambda _version: services.move_to_current(actor=user, submission=submission),
        page,
        done,
    )


@require_http_methods(["GET", "POST"])
def remark_new(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """A remark on the answer at ?path=, or on the whole form."""
    user, programme, submission = form_of(request, programme_slug, pk)
    require(can_remark(user, submission))
    path = request.GET.get("path", "")
    label = question_label(submission, path, get_language() or "") if path else _("the whole form")
    if label is None:
        raise Http404
    return save_or_show(
        request,
        RemarkForm(sent(request)),
        lambda values: services.remark(actor=user, submission=submission, path=path, **values),
        act_page(programme, submission, _("Remark"), _("Keep remark"), lead=label, draft=True),
        done=_("The remark stands beside the answer."),
    )


@require_POST
def remark_close(request: HttpRequest, programme_slug: str, pk: int, remark_pk: int) -> HttpResponse:
    user, programme, submission = form_of(request, programme_slug, pk)
    require(can_remark(user, submission))
    remark = visible_or_404(Remark.objects.filter(submission=submission), request, pk=remark_pk)
    services.close_remark(actor=user, remark=remark)
    messages.success(request, _("The remark was seen to."))
    return redirect("filed_form", programme.slug, submission.pk)


@require_safe
def waiting_fragment(request: HttpRequest) -> HttpResponse:
    """What waits for this person and for whom this person waits: of all programmes, or of ?programme=.

    A part of the first page, or a page of its own.
    """
    waiting = waiting_for(actor(request), request.GET.get("programme", ""))
    template = "diagnostics/_waiting.html" if request.htmx else "diagnostics/waiting.html"  # type: ignore[attr-defined]
    return render(request, template, {"waiting": waiting})
