"""Verifying a copy of a report by its code: open to everybody, with a token or without."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from monitoring.queries.verification import Match, State, match_of, report_of, verified
from twinning.core.api.problems import ApiProblem
from twinning.core.api.resources import ApiView

_SHA256 = re.compile(r"[0-9A-Fa-f]{64}\Z")


class StoodSerializer(serializers.Serializer[Any]):
    """A figure as it stood."""

    state = serializers.CharField()
    value: Any = serializers.DecimalField(None, None, source="number", allow_null=True)
    low = serializers.DecimalField(None, None, allow_null=True)
    high = serializers.DecimalField(None, None, allow_null=True)
    word = serializers.CharField()
    covered = serializers.BooleanField(help_text="Of too few firms or persons to be told to everybody.")


class RestatedSerializer(serializers.Serializer[Any]):
    """A figure of a closed period that was put right after the report was made."""

    indicator: Any = serializers.CharField(
        source="code", help_text="Code of the indicator; of several that count the same, with commas between."
    )
    name = serializers.CharField()
    period = serializers.CharField()
    cluster = serializers.CharField(help_text="Its name; empty for the programme as a whole.")
    was = StoodSerializer(allow_null=True, help_text="null where nothing had been reported.")
    now = StoodSerializer()
    reason = serializers.CharField()
    on = serializers.DateField()


class CopySerializer(serializers.Serializer[Any]):
    """A file of a report, by what it is known."""

    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class VerifiedReportSerializer(serializers.Serializer[Any]):
    """What a report is."""

    kind = serializers.CharField()
    title = serializers.CharField()
    programme = serializers.CharField(help_text="Its title.")
    cluster = serializers.CharField(help_text="Its name; empty for the whole programme.")
    as_of = serializers.DateField()
    language = serializers.CharField()
    snapshot_sha256 = serializers.CharField()
    files = CopySerializer(many=True)
    restated = RestatedSerializer(many=True, help_text="Since it was made, the newest first.")
    more: Any = serializers.BooleanField(help_text="Whether more was restated than is listed.")


class VerificationSerializer(serializers.Serializer[Any]):
    """What everybody may know of a report by its code."""

    code = serializers.CharField()
    verify_url: Any = serializers.URLField(source="address", help_text="The same as a page.")
    state = serializers.ChoiceField(
        [state.value for state in State],
        help_text="issuing: its files are being made, ask again in a minute.",
    )
    issued_on = serializers.DateField(allow_null=True)
    match: Any = serializers.ChoiceField(
        [match.value for match in Match],
        allow_null=True,
        help_text="What the file with the given SHA-256 is to the report; null where none is given.",
    )
    report = VerifiedReportSerializer(
        allow_null=True,
        help_text="null for a report that is not issued, of which outsiders learn nothing else.",
    )


class Verification(ApiView):
    """Copies of reports, verified."""

    permission_classes = ()

    def known_parameters(self) -> set[str]:
        return {"sha256"}

    @extend_schema(
        operation_id="verifications_retrieve",
        tags=["verifications"],
        summary="Verify a report, and perhaps a file of it",
        parameters=[
            OpenApiParameter(
                "code",
                str,
                OpenApiParameter.PATH,
                description="As it stands on the cover, in any case and grouping.",
            ),
            OpenApiParameter("sha256", str, description="Of a file that is to be compared."),
        ],
        responses={200: VerificationSerializer},
    )
    def get(self, request: Request, code: str) -> Response:
        """Whether it was issued, its files, and what was restated since. Open to everybody."""
        sha256 = request.query_params.get("sha256", "")
        if sha256 and not _SHA256.match(sha256):
            detail = _("A SHA-256 has 64 digits from 0 to f.")
            raise ApiProblem(
                "parameter", detail, errors=[{"parameter": "sha256", "detail": detail, "code": "invalid"}]
            )
        found = report_of(code)
        if found is None:
            raise Http404
        reader = request.user if request.user.is_authenticated else None
        shown = verified(found, reader)
        data = {
            "code": shown.code,
            "address": shown.address,
            "state": shown.state,
            "issued_on": shown.issued_on,
            "match": match_of(found, sha256) if sha256 else None,
            "report": shown.about,
        }
        return Response(VerificationSerializer(data).data)
