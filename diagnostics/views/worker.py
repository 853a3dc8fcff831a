"""What makes the application stay on a device: its service worker, its manifest, its page without a connection.

All three are the same for everybody and are asked for by browsers without a session.
"""

from __future__ import annotations

import hashlib
import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from diagnostics.forms_fill.device import SCRIPTS_OF_FORM, SCRIPTS_OF_LIST
from diagnostics.views.filling import KEEPER

# What the pages of the field are made of.
SHELL = (
    "css/tokens.css",
    "css/app.css",
    "css/field.css",
    "js/page.js",
    "js/forms.js",
    *dict.fromkeys((*SCRIPTS_OF_FORM, *SCRIPTS_OF_LIST)),
    "js/field/session.js",
    "js/field/offline.js",
    "img/favicon.svg",
)


@require_safe
@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:
    """A few lines with addresses, which change with every release, and the worker itself, a static file."""
    shell = [static(name) for name in SHELL]
    field = {
        "shell": shell,
        "offline": reverse("offline"),
        "logout": reverse("account_logout"),
        "keeper": KEEPER,
        "engine": [static(f"js/field/{name}.js") for name in ("store", "sync")],
        "hashed": not shell[0].endswith(SHELL[0]),
    }
    worker = static("js/field/worker.js")
    field["digest"] = hashlib.sha256(json.dumps([field, worker]).encode()).hexdigest()[:16]
    text = f"self.FIELD = {json.dumps(field)};\nimportScripts({json.dumps(worker)});\n"
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@login_not_required
def web_manifest(request: HttpRequest) -> HttpResponse:
    """What a telephone needs to put the application on its home screen."""
    icons = [
        {"src": static(f"img/{name}.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": purpose}
        for name, purpose in (("icon", "any"), ("icon-maskable", "maskable"))
    ]
    manifest = {
        "name": "Twinning",
        "short_name": "Twinning",
        "description": _("Cluster twinning programmes, also without a connection"),
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b5a6b",
        "icons": icons,
    }
    response = JsonResponse(manifest, content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@login_not_required
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown for a page that is not on the device while there is no connection."""
    return render(request, "diagnostics/offline.html")
