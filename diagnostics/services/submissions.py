"""Forms that people fill: begun, saved answer by answer from any number of devices, given photos, moved to a newer
version of their questionnaire. What happens to them afterwards is in ``services.review``.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster, Organisation, Programme
from clusters.services.common import same_programme
from diagnostics.models import QuestionnaireVersion, Submission
from diagnostics.permissions import can_change, can_file
from diagnostics.queries.answers import closed_to
from diagnostics.rules.answers import (
    MOST_ENTRIES,
    BadAnswer,
    Change,
    clean,
    merge,
    place_of,
    progress_of,
)
from diagnostics.rules.forms import Form
from diagnostics.rules.kinds import NEEDS, Kind
from diagnostics.services.parts import write_parts
from twinning.core import history
from twinning.core.access import DomainError, WrongState, require
from twinning.core.attachments import UnfitFile, attach
from twinning.core.models import Attachment, User

_IMAGES = ("image/png", "image/jpeg", "image/webp")
MOST_PHOTOS_OF_A_FORM = 200


class FormNotOpen(WrongState):
    """It was submitted or decided on; what was sent is not taken in, and the sender keeps it."""

    code = "form_not_open"


@dataclass(slots=True)
class Saved:
    """``refused``: {path: why} of answers that cannot be kept; ``clashes``: paths that wait for a person's choice."""

    submission: Submission
    taken: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def start(
    *,
    actor: User,
    programme: Programme,
    version: QuestionnaireVersion,
    cluster: Cluster | None = None,
    organisation: Organisation | None = None,
    title: str = "",
    key: uuid.UUID | None = None,
    origin: str = Submission.Origin.FORM,
    illustrative: bool = False,
    **values: Any,
) -> Submission:
    """Begin a form. With a ``key`` that is known already the form of that key is returned: a device that got no
    answer asks again.

    A version that was retired meanwhile is taken: whoever began it without a connection loses nothing. A version that
    was never in use is refused. DomainError by field.
    """
    require(can_file(actor, programme, cluster))
    known = _of_key(actor, key) if key else None
    if known is not None:
        return known
    same_programme(programme.pk, cluster=cluster, organisation=organisation)
    if version.status == QuestionnaireVersion.Status.DRAFT:
        raise WrongState(_("This questionnaire is not in use yet."))
    own = version.questionnaire.programme_id
    if own is not None and own != programme.pk:
        raise DomainError(_("This record belongs to another programme."), code="other_programme")
    kind = Kind(version.questionnaire.kind)
    _check_subject(kind, cluster, organisation, title)
    submission = Submission(
        programme=programme,
        questionnaire_version=version,
        kind=kind,
        cluster=cluster,
        organisation=organisation,
        title=title or _title(version, cluster, organisation),
        key=key or uuid.uuid4(),
        origin=origin,
        illustrative=illustrative,
        created_by=actor,
        asked=progress_of(version.form, {}, today=timezone.localdate())[1],
        **values,
    )
    return history.create(submission, actor=actor)


def _of_key(actor: User, key: uuid.UUID) -> Submission | None:
    submission = Submission.objects.filter(key=key).first()
    if submission is not None and not can_change(actor, submission):
        raise DomainError(_("A form with this key exists already."), code="key_taken")
    return submission


def _check_subject(
    kind: Kind, cluster: Cluster | None, organisation: Organisation | None, title: str
) -> None:
    needs = NEEDS[kind]
    if needs.of_cluster and cluster is None:
        message = _("Say which cluster this is about.")
        raise DomainError(message, code="no_cluster", fields={"cluster": [message]})
    if needs.of_firm and organisation is None and not title:
        message = _("Say which firm this is about.")
        raise DomainError(message, code="no_firm", fields={"organisation": [message]})


def _title(version: QuestionnaireVersion, cluster: Cluster | None, organisation: Organisation | None) -> str:
    about = organisation or cluster
    name = str(version.questionnaire)
    return (f"{name}: {about}" if about else name)[:200]


@transaction.atomic
def save_answers(
    *, actor: User, submission: Submission, changes: Sequence[Change], device: str = "", settle: bool = False
) -> Saved:
    """Put what one device changed over what stands, field by field (``rules.answers.merge``).

    What cannot be kept is named in ``refused`` and does not hinder the rest. Two different answers to one question
    are both kept, the later one as a clash that a person settles; with ``settle`` the changes are that choice.
    Raises FormNotOpen when the form is not being filled any more.
    """
    require(can_change(actor, submission))
    current = _open(submission)
    form = current.questionnaire_version.form
    sound, refused = _clean(form, changes, photos=_photos_of(current), closed=closed_to(actor, current))
    merged = merge(current.answers, current.revisions, sound)
    clashes = {path: list(kept) for path, kept in current.clashes.items()}
    settled = [change.path for change in sound if settle and change.path in clashes]
    for path in settled:
        clashes.pop(path, None)
    for clash in merged.clashes:
        _keep_clash(clashes, clash, actor, device)
    for path in [path for path, value in merged.taken.items() if value is None and path.count("/") == 1]:
        if any(open_.startswith(f"{path}/") for open_ in clashes):
            del merged.taken[path]
            refused[path] = _(
                "Two answers were given to a question of this row. Choose one before you remove it."
            )
    taken = _with_rows(current.answers, merged.taken)
    if not taken and clashes == current.clashes:
        return Saved(current, refused=refused)
    _write(actor, current, form, taken, clashes)
    return Saved(current, [*taken, *settled], [clash.path for clash in merged.clashes], refused)


def _open(submission: Submission) -> Submission:
    rows = Submission.objects.select_for_update(of=("self",)).select_related(
        "questionnaire_version__questionnaire", "cluster", "organisation", "programme"
    )
    current = rows.get(pk=submission.pk)
    if not current.is_open:
        raise FormNotOpen(
            _("This form is not being filled any more, it is %(status)s. Nothing of yours was lost or saved.")
            % {"status": current.stage.label}
        )
    return current


def _clean(
    form: Form, changes: Sequence[Change], *, photos: set[int], closed: set[str]
) -> tuple[list[Change], dict[str, str]]:
    sound, refused = [], {}
    for change in changes:
        place = place_of(form, change.path)
        if place is None:
            refused[change.path[:200]] = _(
                "This question is not in the version of the questionnaire at hand."
            )
            continue
        if place.repeat is not None and f"{place.repeat.name}/{place.row}" in closed:
            refused[change.path] = _("This row is not yours to fill.")
            continue
        try:
            value = clean(form, place, change.value)
        except BadAnswer as error:
            refused[change.path] = str(error)
            continue
        if place.question and place.question.type == "photo" and set(value or []) - photos:
            refused[change.path] = _("This photo was not sent with this form.")
            continue
        sound.append(Change(change.path, value, change.seen))
    return sound, refused


def _photos_of(submission: Submission) -> set[int]:
    return set(Attachment.objects.of(submission).values_list("pk", flat=True))


def _keep_clash(clashes: dict[str, list[Any]], clash: Change, actor: User, device: str) -> None:
    kept = clashes.setdefault(clash.path, [])
    if any(one["value"] == clash.value for one in kept):
        return
    kept.append(
        {
            "value": clash.value,
            "by": actor.pk,
            "name": str(actor),
            "at": timezone.now().isoformat(timespec="seconds"),
            "device": device[:60],
        }
    )


def _with_rows(answers: Mapping[str, Any], taken: Mapping[str, Any]) -> dict[str, Any]:
    """A row that is taken away takes its answers with it; history keeps them."""
    gone = tuple(f"{path}/" for path, value in taken.items() if value is None and path.count("/") == 1)
    rest = {path: value for path, value in taken.items() if not path.startswith(gone)}
    return rest | {path: None for path in answers if path.startswith(gone)}


def _write(
    actor: User,
    current: Submission,
    form: Form,
    taken: Mapping[str, Any],
    clashes: dict[str, Any],
    reason: str = "",
) -> None:
    told = {path: [current.answers.get(path), value] for path, value in taken.items()}
    answers = {path: value for path, value in {**current.answers, **taken}.items() if value is not None}
    if len(answers) > MOST_ENTRIES:
        raise DomainError(
            _("A form holds at most %(most)d answers. File the rest in a second one.")
            % {"most": MOST_ENTRIES},
            code="too_large",
        )
    revisions = current.revisions | dict.fromkeys(taken, current.version + 1)
    answered, asked = progress_of(form, answers, today=timezone.localdate())
    columns = {
        "answers": answers,
        "revisions": revisions,
        "clashes": clashes,
        "answered": answered,
        "asked": asked,
    }
    history.rewrite(current, columns, told, actor=actor, reason=reason)
    write_parts(current)


@transaction.atomic
def add_photo(*, actor: User, submission: Submission, name: str, data: bytes) -> Attachment:
    """Keep a photo with an open form. The same photo sent twice, as after a lost answer, is kept once.

    Raises UnfitFile for what is not a picture, FormNotOpen when the form is not being filled any more.
    """
    require(can_change(actor, submission))
    current = _open(submission)
    kept = Attachment.objects.of(current)
    same = kept.filter(sha256=hashlib.sha256(data).hexdigest(), size=len(data)).first()
    if same is not None:
        return same
    if kept.count() >= MOST_PHOTOS_OF_A_FORM:
        raise UnfitFile(_("A form keeps at most %(most)d photos.") % {"most": MOST_PHOTOS_OF_A_FORM})
    attachment = attach(actor=actor, owner=current, name=name, data=data)
    if attachment.media_type not in _IMAGES:
        raise UnfitFile(_("This is not a photo. Send a JPEG, PNG or WebP picture."))
    return attachment


@transaction.atomic
def rename(*, actor: User, submission: Submission, version: int | None, **values: Any) -> Submission:
    """Change what a form is about: title, date, cluster, firm."""
    require(can_change(actor, submission))
    current = _open(submission)
    cluster = values.get("cluster", current.cluster)
    require(can_file(actor, current.programme, cluster))
    same_programme(current.programme_id, cluster=cluster, organisation=values.get("organisation"))
    _check_subject(
        Kind(current.kind),
        cluster,
        values.get("organisation", current.organisation),
        values.get("title", current.title),
    )
    return history.change(current, values, actor=actor, version=version)


@transaction.atomic
def move_to_current(*, actor: User, submission: Submission) -> Submission:
    """Go on in the version of the questionnaire that is in use now. Answers to questions that it does not ask
    any more stay with the form and are shown as such; history keeps which version they were given to.
    """
    require(can_change(actor, submission))
    current = _open(submission)
    newest = current.questionnaire_version.questionnaire.versions.filter(
        status=QuestionnaireVersion.Status.PUBLISHED
    ).first()
    if newest is None or newest.pk == current.questionnaire_version_id:
        raise WrongState(_("There is no newer version of this questionnaire in use."))
    answered, asked = progress_of(newest.form, current.answers, today=timezone.localdate())
    values = {"questionnaire_version": newest, "answered": answered, "asked": asked}
    moved = history.change(current, values, actor=actor, version=current.version)
    write_parts(moved)
    return moved
