"""Pages on which people look after their own account and the tokens of their partner systems."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import models
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from twinning.core.form_pages import FormPage, save_or_show
from twinning.core.forms_account import ProfileForm, TokenForm
from twinning.core.models import ApiToken
from twinning.core.pages import actor, attempt, form_page, page_of, sent
from twinning.core.profile import update_profile
from twinning.core.tokens import issue_token, revoke_token


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    shown = {name: getattr(user, name) for name in ProfileForm.base_fields}
    form = ProfileForm(sent(request), initial=shown)
    if request.method == "POST":
        saved = attempt(form, lambda values: update_profile(actor=user, **values))
        if saved is None:
            return form_page(request, "core/account.html", form)
        messages.success(request, _("Saved."))
        return redirect("account")
    return form_page(request, "core/account.html", form)


def _own(request: HttpRequest) -> models.QuerySet[ApiToken]:
    return ApiToken.objects.filter(user=actor(request).pk)


@never_cache
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    return render(request, "core/tokens.html", {"page": page_of(request, _own(request))})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a token. Its text is in this one answer and nowhere else, so there is no redirect."""
    form = TokenForm(sent(request))
    if request.method == "POST":
        made = attempt(form, lambda values: issue_token(actor=actor(request), **values))
        if made:
            token, text = made
            return render(request, "core/tokens_made.html", {"token": token, "text": text}, status=201)
    return form_page(request, "core/tokens_new.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(_own(request), pk=pk)
    mine = reverse("tokens")
    page = FormPage(
        _("Revoke the token for %(name)s?") % {"name": token.name},
        _("Revoke token"),
        mine,
        "",
        crumbs=[(_("Your account"), reverse("account")), (_("API tokens"), mine)],
        words=_(
            "Systems that use it are refused from this moment. What they did stays. A revoked token cannot be"
            " taken up again, but you may make a new one."
        ),
        danger=True,
    )

    def save(_values: dict[str, Any]) -> bool:
        revoke_token(actor=actor(request), token=token)
        return True

    done = _("The token “%(name)s” opens nothing any more.") % {"name": token.name}
    return save_or_show(request, Form(sent(request)), save, page, done=done)
