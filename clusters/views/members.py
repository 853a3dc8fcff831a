"""Who may come into the programme, and as what."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods, require_safe

from clusters import services
from clusters.forms.base import LastDayForm
from clusters.forms.programmes import MemberForm
from clusters.models import Membership, Programme
from clusters.permissions import can_manage
from clusters.queries import member_lines, programme_where
from clusters.rules import Role
from clusters.views.base import scope
from twinning.core.form_pages import Section, save_or_show
from twinning.core.models import User
from twinning.core.pages import actor, page_of, sent, today, visible_or_404

log = logging.getLogger(__name__)

_SECTION = Section("members", gettext_lazy("Members"))


def _managed(request: HttpRequest, programme_slug: str) -> tuple[User, Programme]:
    return programme_where(request, programme_slug, can_manage)


@require_safe
def members(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = _managed(request, programme_slug)
    rows = Membership.objects.visible_to(user).filter(programme=programme).for_list()
    which = request.GET.get("which", "")
    ended = Q(valid_to__lt=today())
    rows = rows.filter(ended if which == "ended" else ~ended | Q(valid_to=None))
    page = page_of(request, rows.order_by("user__name", "id"))
    context = {
        "place": "members",
        "page": page,
        "lines": member_lines(page.object_list, today()),
        "which": which,
    }
    return render(request, "clusters/members.html", context)


@require_http_methods(["GET", "POST"])
def member_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = _managed(request, programme_slug)
    form = MemberForm(sent(request), **scope(request, programme))

    def save(values: dict[str, Any]) -> Membership:
        values = values | {"role": Role(values["role"])}
        membership, is_new = services.invite_member(actor=user, programme=programme, **values)
        _write_to(request, membership, is_new)
        return membership

    page = _SECTION.page(programme, _("Give somebody a role"), _("Give role"))
    return save_or_show(
        request, form, save, page, done=_("The role was given, and a message about it was sent.")
    )


def _write_to(request: HttpRequest, membership: Membership, is_new: bool) -> None:
    """Tell the person; somebody new gets the address under which to set a password."""
    person, adapter = membership.user, get_adapter()
    context: dict[str, Any] = {"membership": membership, "inviter": actor(request)}
    if is_new:
        key = f"{user_pk_to_url_str(person)}-{PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)}"
        context["password_url"] = adapter.get_reset_password_from_key_url(key)
    try:
        with override(person.language or None):
            adapter.send_mail("clusters/email/member", person.email, context)
    except (OSError, SMTPException):
        log.exception("The message to a new member could not be sent")
        messages.warning(
            request, _("The mail server did not answer. The person can come in through “Forgotten password”.")
        )


@require_http_methods(["GET", "POST"])
def member_end(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme = _managed(request, programme_slug)
    rows = Membership.objects.filter(programme=programme).for_list()
    membership = visible_or_404(rows, request, pk=pk)
    form = LastDayForm(
        sent(request), instance=membership, initial={"last_day": today()}, **scope(request, programme)
    )
    heading = _("End the role of %(name)s as %(role)s?") % {
        "name": membership.user,
        "role": membership.get_role_display(),
    }
    return save_or_show(
        request,
        form,
        lambda values: services.end_membership(
            actor=user, membership=membership, version=form.version, **values
        ),
        _SECTION.page(programme, heading, _("End role"), danger=True),
        done=_("The role ends on that day."),
    )
