"""What a programme makes of its reports: texts beside the figures, and how they are laid out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from clusters.services.common import same_programme
from monitoring.models import Narrative, ReportingPeriod, ReportLayout
from monitoring.permissions import can_lay_out, can_report
from monitoring.queries.setup import logo_file_of
from twinning.core import attachments, history
from twinning.core.access import DomainError, StaleVersion, require
from twinning.core.layouts import read_accent, read_logo
from twinning.core.models import User
from twinning.core.reports import ReportKind, kind_of

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}


def _refuse(field: str, message: str, code: str) -> DomainError:
    return DomainError(message, code=code, fields={field: [message]})


def document_kind(slug: str) -> ReportKind:
    """Raises DomainError at ``kind`` for one that does not exist, or that is no document."""
    kind = kind_of(slug)
    if not kind.is_document:
        raise _refuse("kind", _("A report of this kind cannot be set up."), "no_document")
    return kind


# Texts -----------------------------------------------------------------------------------------------------


@transaction.atomic
def write_narrative(
    *,
    actor: User,
    programme: Programme,
    kind: str,
    section: str,
    text: str,
    language: str,
    cluster: Cluster | None = None,
    period: ReportingPeriod | None = None,
    version: int | None = None,
) -> Narrative:
    """Write what a section says beside its figures, or change it; ``version`` None: the writer saw no text there.

    It stands in reports that are asked for from then on. Raises PermissionRefused, StaleVersion, and DomainError or
    ValidationError by field.
    """
    require(can_report(actor, programme, cluster))
    what = document_kind(kind)
    if section not in {one.anchor for one in what.sections or ()}:
        raise _refuse("section", _("A report of this kind has no such section."), "no_section")
    if cluster is None and what.needs_cluster:
        raise _refuse("cluster", _("This kind of report is about one cluster: choose it."), "no_cluster")
    same_programme(programme.pk, cluster=cluster, period=period)
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise _refuse("text", _("Write the text, or clear it."), "blank")
    place: dict[str, Any] = {
        "programme": programme,
        "kind": kind,
        "section": section,
        "language": language,
        "cluster": cluster,
        "period": period,
    }
    # Held, so that two who write the first text of a section at once do not both make its row.
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    stands = Narrative.objects.filter(**place).first()
    if stands is None:
        return history.create(Narrative(**place, text=text), actor=actor)
    if version is None and stands.text != text:
        raise StaleVersion(stands)
    return history.change(stands, {"text": text}, actor=actor, version=version)


@transaction.atomic
def clear_narrative(*, actor: User, narrative: Narrative, version: int | None) -> None:
    """Take a text out of reports to come. Reports that were made keep it, and so does its history."""
    require(can_report(actor, narrative.programme, narrative.cluster))
    current = Narrative.objects.select_for_update(of=("self",)).get(pk=narrative.pk)
    if version is not None and current.version != version:
        raise StaleVersion(current)
    history.remove(current, actor=actor)


@transaction.atomic
def write_narratives(
    *,
    actor: User,
    programme: Programme,
    kind: str,
    language: str,
    texts: Mapping[str, tuple[str, Narrative | None]],
    cluster: Cluster | None = None,
    period: ReportingPeriod | None = None,
) -> int:
    """Write several sections at once: {anchor: (text, what stood there)}, a blank text clears. All or none.

    Returns how many were written. Refusals of a section stand in DomainError at its anchor.
    """
    require(can_report(actor, programme, cluster))
    for section, (text, stood) in texts.items():
        if not text.strip():
            if stood is not None:
                clear_narrative(actor=actor, narrative=stood, version=stood.version)
            continue
        write_narrative(
            actor=actor,
            programme=programme,
            kind=kind,
            section=section,
            text=text,
            language=language,
            cluster=cluster,
            period=period,
            version=stood.version if stood else None,
        )
    return len(texts)


# Layout ----------------------------------------------------------------------------------------------------


@transaction.atomic
def lay_out_report(
    *,
    actor: User,
    programme: Programme,
    kind: str,
    version: int | None,
    logo: bytes | None = None,
    without_logo: bool = False,
    **values: Any,
) -> ReportLayout:
    """Say how reports of a kind look from now on; ``version`` None: the writer saw no layout.

    ``values``: see ``ReportLayout.WRITTEN``; sections that ``order`` does not name stand where ``whole_order`` has
    them. ``logo``: a PNG or JPEG that takes the place of the one that stands. Raises PermissionRefused, StaleVersion,
    and DomainError or ValidationError by field.
    """
    require(can_lay_out(actor, programme))
    what = document_kind(kind)
    # Held, so that two who lay it out at once do not both make its row.
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    stands = ReportLayout.objects.filter(programme=programme, kind=kind).first()
    if stands is not None and version is None:
        raise StaleVersion(stands)
    values = _checked(what, values)
    _describe(stands, values, logo, without_logo)
    if stands is None:
        layout = history.create(ReportLayout(programme=programme, kind=kind, **values), actor=actor)
    else:
        layout = history.change(stands, values, actor=actor, version=version)
    if logo is not None or without_logo:
        _hang(layout, logo, actor)
    return layout


def _checked(kind: ReportKind, values: dict[str, Any]) -> dict[str, Any]:
    """The values as they are kept; the order of all sections is kept as none where it is the usual one."""
    sections = kind.sections or ()
    anchors = [one.anchor for one in sections]
    for name in ("order", "left_out"):
        if unknown := sorted(set(values.get(name, ())) - set(anchors)):
            message = _("A report of this kind has no such section: %(names)s.") % {
                "names": ", ".join(unknown)
            }
            raise _refuse(name, message, "no_section")
    kept = sorted(set(values.get("left_out", ())) & {one.anchor for one in sections if one.required})
    if kept:
        headings = ", ".join(str(one.heading) for one in sections if one.anchor in kept)
        message = _("These sections keep the report honest and cannot be left out: %(names)s.") % {
            "names": headings
        }
        raise _refuse("left_out", message, "required_section")
    checked = dict(values)
    if "order" in values:
        # Who asks names what comes first. What a later edition brings finds its place when it is laid out.
        order = list(dict.fromkeys([*values["order"], *anchors]))
        checked["order"] = [] if order == anchors else order
    if "left_out" in values:
        checked["left_out"] = [anchor for anchor in anchors if anchor in values["left_out"]]
    if "accent" in values:
        checked["accent"] = read_accent(values["accent"])
    return checked


def _describe(
    stands: ReportLayout | None, values: dict[str, Any], logo: bytes | None, without_logo: bool
) -> None:
    """A logo that nobody can hear is not printed."""
    will_have = not without_logo and (logo is not None or logo_file_of(stands) is not None)
    alt = values.get("logo_alt", stands.logo_alt if stands else "")
    if will_have and not alt.strip():
        raise _refuse("logo_alt", _("Say in words what the logo is, for those who do not see it."), "no_alt")


def _hang(layout: ReportLayout, logo: bytes | None, actor: User) -> None:
    read = read_logo(logo, layout.logo_alt) if logo is not None else None
    old = logo_file_of(layout)
    if old is not None and read is not None and old.sha256 == read.sha256:
        return
    if old is not None:
        attachments.detach(actor=actor, attachment=old)
    if read is not None:
        name = f"logo.{_ENDINGS[read.media_type]}"
        attachments.attach(actor=actor, owner=layout, name=name, data=read.content)


@transaction.atomic
def reset_layout(*, actor: User, layout: ReportLayout, version: int | None) -> ReportLayout:
    """Back to the usual layout. Reports that were made stay as they are."""
    require(can_lay_out(actor, layout.programme))
    fresh = ReportLayout()
    usual = {name: getattr(fresh, name) for name in ReportLayout.WRITTEN}
    reset = history.change(layout, usual, actor=actor, version=version)
    _hang(reset, None, actor)
    return reset
