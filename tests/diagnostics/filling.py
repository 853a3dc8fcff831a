"""How the tests fill a form: on its page as a browser without a script does, and as a device does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from diagnostics.models import Submission

SignIn = Callable[[Any], Client]


def address(submission: Submission, name: str = "form_fill") -> str:
    return reverse(name, args=[submission.programme.slug, submission.pk])


def answers(submission: Submission) -> dict[str, Any]:
    found: dict[str, Any] = Submission.objects.get(pk=submission.pk).answers
    return found


def form_of(client: Client, url: str) -> dict[str, Any]:
    """The controls of the form of a page with what they hold, as a browser would send them back."""
    text = client.get(url).content.decode()
    form = text[text.index('id="fill-form"') : text.index('<div class="fill-bar"')]
    form = re.sub(r"<template.*?</template>", "", form, flags=re.DOTALL)
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        kind = found.get("type", "text")
        if kind in ("file", "search") or (kind in ("radio", "checkbox") and " checked" not in tag):
            continue
        sent.setdefault(found["name"], []).append(found.get("value", ""))
    for name, value in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        sent[name] = [value.replace("\n", "\r\n")]
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        sent[name] = re.findall(r'value="([^"]*)" selected', options) or [""]
    return sent


def save(
    client: Client, submission: Submission, changes: dict[str, Any], *, seen: int = 1, **more: Any
) -> Any:
    body = {
        "device": "Telephone",
        "changes": [{"path": path, "value": value, "seen": seen} for path, value in changes.items()],
        **more,
    }
    return client.post(address(submission, "form_save"), json.dumps(body), content_type="application/json")
