"""What the scripts of the field speak to: answers, photos and new forms of a device, as JSON.

Everything may be sent again: a device that got no answer does not know whether it was heard.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clusters.models import Cluster, Organisation, Programme
from clusters.queries import programme_of
from diagnostics import services
from diagnostics.forms_fill.device import urls_of
from diagnostics.forms_fill.offers import NO_CLUSTER
from diagnostics.forms_fill.requests import Create, create_of, save_of
from diagnostics.forms_fill.standing import open_remark, standing_of
from diagnostics.models import QuestionnaireVersion, Submission
from diagnostics.permissions import can_file_somewhere
from diagnostics.views.fill import fillable
from diagnostics.views.filling import KEEPER
from twinning.core.access import WrongState, require
from twinning.core.api.problems import MEDIA_TYPE, ApiProblem, problem_handler
from twinning.core.api.rendering import dumps
from twinning.core.attachments import read_upload
from twinning.core.models import User
from twinning.core.pages import actor, visible_or_404

View = Callable[..., HttpResponse]


class OtherUser(WrongState):
    """Somebody else signed in in this browser since the page was opened."""

    code = "other_user"


def for_devices(view: View) -> View:
    """Answer refusals as problem documents, and take nothing from a page that another user opened."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if request.headers.get(KEEPER, str(request.user.pk)) != str(request.user.pk):
                raise OtherUser(_("Somebody else signed in in this browser. Reload the page."))
            return view(request, *args, **kwargs)
        except Exception as error:
            problem = problem_handler(error, {})
            if problem is None:
                raise
            return HttpResponse(dumps(problem.data), status=problem.status_code, content_type=MEDIA_TYPE)

    return answer


def _json(data: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(dumps(data), status=status, content_type="application/json")


@require_POST
@for_devices
def form_save(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """Take a device's changes in, and tell it what changed since it last heard.

    The answer: {version, status, is_open, answers, clashes, remarks, photos, number, retired, taken, refused}.
    Without changes it only tells, also of a form that is not open any more.
    """
    user, submission = fillable(request, programme_slug, pk)
    sent = save_of(request)
    saved = services.Saved(submission)
    if sent.changes:
        saved = services.save_answers(
            actor=user, submission=submission, changes=sent.changes, device=sent.device, settle=sent.settle
        )
    for remark in filter(None, (open_remark(submission, remark) for remark in sent.seen_to)):
        services.close_remark(actor=user, remark=remark)
    current = saved.submission
    told = standing_of(current).since(sent.since, current.revisions)
    return _json({**told, "taken": saved.taken, "refused": saved.refused})


@require_POST
@for_devices
def form_photo(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """Keep one photo, sent as ``photo``; the same one again answers with the same id."""
    user, submission = fillable(request, programme_slug, pk)
    upload = request.FILES.get("photo")
    if upload is None:
        raise ApiProblem("malformed", _("Send one photo, named “photo”, as multipart/form-data."))
    kept = services.add_photo(
        actor=user, submission=submission, name=upload.name or "", data=read_upload(upload)
    )
    return _json({"id": kept.pk, "name": kept.name, "size": kept.size}, 201)


@require_POST
@for_devices
def form_create(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """Begin the form that a device began without a connection; the same key again answers with the same form."""
    user, programme = actor(request), programme_of(request, programme_slug)
    require(can_file_somewhere(user, programme))
    sent = create_of(request)
    version, cluster = _version(request, programme, sent), _cluster(request, programme, sent.cluster)
    submission = begin(user, programme, version, cluster, sent)
    made = {"pk": submission.pk, "key": submission.key, "title": submission.title}
    return _json({**made, "urls": urls_of(submission), "retired": standing_of(submission).retired}, 201)


def begin(
    user: User,
    programme: Programme,
    version: QuestionnaireVersion,
    cluster: Cluster | None,
    sent: Create,
) -> Submission:
    """Begin a form about a firm by its name: one of the programme's, or one that it does not know yet."""
    organisation = None
    if sent.about:
        known = Organisation.objects.visible_to(user).filter(programme=programme)
        organisation = known.filter(name__iexact=sent.about).first()
    title = sent.title
    if sent.about and organisation is None and not title:
        title = f"{version.questionnaire}: {sent.about}"[:200]
    return services.start(
        actor=user,
        programme=programme,
        version=version,
        cluster=cluster,
        organisation=organisation,
        title=title,
        key=sent.key,
    )


def _version(request: HttpRequest, programme: Programme, sent: Create) -> QuestionnaireVersion:
    rows = QuestionnaireVersion.objects.select_related("questionnaire")
    return visible_or_404(rows, request, questionnaire__slug=sent.questionnaire, number=sent.number)


def _cluster(request: HttpRequest, programme: Programme, slug: str) -> Cluster | None:
    if slug in ("", NO_CLUSTER):
        return None
    cluster = Cluster.objects.visible_to(actor(request)).filter(programme=programme, slug=slug).first()
    if cluster is None:
        raise Http404
    return cluster
