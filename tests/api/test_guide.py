"""The first hour of a partner engineer, as docs/api.md tells it: every line of curl is sent and answered so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from string import Template
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clusters.models import Cluster, Programme
from tests.conftest import World
from twinning.core.tokens import issue_token

GUIDE = Path(settings.BASE_DIR, "docs/api.md").read_text()
LINES = re.findall(r"^(curl .*?) +# (\d{3})(?: (\w+))?$", GUIDE, re.MULTILINE)


def curl(command: str, named: dict[str, str]) -> Any:
    """What curl would send, sent in the process. Knows the options that the guide uses."""
    words = [Template(word).substitute(named) for word in shlex.split(command)][1:]
    method, headers, data, form, address = "GET", {}, None, {}, ""
    while words:
        word = words.pop(0)
        if word in ("-s", "-i"):
            continue
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, value = words.pop(0).split(": ", 1)
            headers[name] = value
        elif word == "-d":
            data = words.pop(0)
        elif word == "-F":
            name, value = words.pop(0).split("=", 1)
            sheet = "No,Activity,Date\n1,Training on finishing,Sep 2010\n"
            form[name] = SimpleUploadedFile(value[1:], sheet.encode()) if value.startswith("@") else value
        else:
            assert not word.startswith("-"), f"what is {word}?"
            address = word.removeprefix(named["SITE"])
    client = Client(headers=headers)
    if form:
        return client.post(address, form)
    return client.generic(method, address, data or "", headers.get("Content-Type", "application/json"))


@pytest.fixture
def demonstration(world: World) -> World:
    """The slugs that the guide names."""
    Programme.objects.filter(pk=world.programme.pk).update(slug="tfind04a01")
    Cluster.objects.filter(pk=world.leather.pk).update(slug="chennai-leather")
    return world


def test_the_guide_tells_the_truth(demonstration: World) -> None:
    assert len(LINES) > 15
    assert len(LINES) == len(re.findall("^curl ", GUIDE, re.MULTILINE)), "every curl says what is answered"
    _token, secret = issue_token(actor=demonstration.partner, name="ERP", scopes=["read", "write"], days=1)
    named = {"SITE": "http://127.0.0.1:8000", "TOKEN": secret}
    for command, status, name in LINES:
        answer = curl(command, named)
        assert answer.status_code == int(status), (command, answer.content)
        if name == "ETAG":
            named[name] = answer["ETag"]
        elif name:
            named[name] = str(answer.json()["id"])
