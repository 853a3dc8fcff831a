from __future__ import annotations

from typing import Any

from clusters.forms.base import ReasonForm, RecordForm
from monitoring.models import PublicPage


class PublicPageForm(RecordForm):
    class Meta:
        model = PublicPage
        fields = ["intro"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["intro"].widget.attrs["rows"] = 8


class ClosePublicPageForm(ReasonForm):
    """Why the page is taken down, if one wants to say it."""
