"""Lists page by page with a cursor, so that a page costs the same wherever it is and rows that come meanwhile
neither repeat nor hide others. Nothing is counted."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Mapping
from typing import Any

import orjson
from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from twinning.core.api.problems import bad_parameter

DEFAULT_LIMIT = 100
MAX_LIMIT = 200
REACH = 5_000
_BIGGEST = 2**63 - 1


def encode(*parts: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


class CursorPagination(BasePagination):
    """?limit= and ?cursor=; answers {results, next, previous}. ``view.sorts`` says by what may be sorted.

    A sort is the name of a field that is never null; ties are broken by id.
    """

    page_query_param = "cursor"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.address = request.build_absolute_uri()
        limit = self._limit(request)
        self.sort = self._sort(request, view)
        self.field = self.sort.removeprefix("-")
        key, backward = self._cursor(request)
        descending = self.sort.startswith("-") is not backward
        if key is not None:
            queryset = queryset.filter(self._beyond(key, descending))
        orders = [self.field] if self.field == "id" else [self.field, "id"]
        edge = self._edge(view, key, backward)
        if edge is not None:
            queryset = queryset.filter(id__lt=edge)
        rows = list(queryset.order_by(*[f"-{o}" if descending else o for o in orders])[: limit + 1])
        more, rows = len(rows) > limit, rows[:limit]
        self.resume = edge - 1 if edge is not None and not more else None
        if backward:
            rows.reverse()
        self.has_next = more or backward
        self.has_previous = (more if backward else key is not None) and bool(rows)
        self.rows = rows
        return rows

    def _edge(self, view: Any, key: tuple[Any, int] | None, backward: bool) -> int | None:
        """The id before which this page ends, so that it reads no further than REACH; None where all is read.

        For views in which the reader may see few of many rows: ``view.walked()`` are all of them, by id.
        """
        walked = getattr(view, "walked", None)
        if walked is None or backward:
            return None
        rows = walked() if key is None else walked().filter(id__gt=key[1])
        edge: int | None = rows.order_by("id").values_list("id", flat=True)[REACH : REACH + 1].first()
        return edge

    def _limit(self, request: Request) -> int:
        asked = request.query_params.get("limit", "")
        if not asked:
            return DEFAULT_LIMIT
        if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:6]) <= MAX_LIMIT and len(asked) <= 6):
            raise bad_parameter("limit", _("A number from 1 to %(most)d.") % {"most": MAX_LIMIT})
        return int(asked)

    def _sort(self, request: Request, view: Any) -> str:
        sorts: tuple[str, ...] = view.sorts
        asked = request.query_params.get("sort", sorts[0])
        if asked not in sorts:
            raise bad_parameter("sort", _("One of %(sorts)s.") % {"sorts": ", ".join(sorts)}, "choice")
        return asked

    def _cursor(self, request: Request) -> tuple[tuple[Any, int] | None, bool]:
        """The sort value and id beyond which to read, and whether backwards."""
        text = request.query_params.get("cursor", "")
        if not text:
            return None, False
        try:
            padded = text.encode() + b"=" * (-len(text) % 4)
            sort, backward, value, pk = orjson.loads(base64.b64decode(padded, b"-_", validate=True))
            value = pk if self.field == "id" else dt.datetime.fromisoformat(value).astimezone(dt.UTC)
            good = sort == self.sort and type(pk) is int and abs(pk) <= _BIGGEST and type(backward) is bool
        except (ValueError, TypeError, OverflowError, binascii.Error):
            good = False
        if not good:
            raise bad_parameter("cursor", _("Take the cursor from next or previous, with the same sort."))
        return (value, pk), backward

    def _beyond(self, key: tuple[Any, int], descending: bool) -> Q:
        value, pk = key
        way = "lt" if descending else "gt"
        if self.field == "id":
            return Q(**{f"id__{way}": pk})
        # The first condition alone lets the index find the start; the second sorts out the ties.
        return Q(**{f"{self.field}__{way}e": value}) & (
            Q(**{f"{self.field}__{way}": value}) | Q(**{f"id__{way}": pk})
        )

    def _link(self, row: Any, backward: bool) -> str:
        def read(name: str) -> Any:
            return row[name] if isinstance(row, Mapping) else getattr(row, name)

        value = None if self.field == "id" else read(self.field).isoformat()
        return replace_query_param(self.address, "cursor", encode(self.sort, backward, value, read("id")))

    def links(self) -> dict[str, str | None]:
        """{next, previous}: addresses of the pages beside this one, None where there is none."""
        rows = self.rows
        following = self._link(rows[-1], False) if rows and self.has_next else None
        if self.resume is not None:
            following = self._link({"id": self.resume}, False)
        return {
            "next": following,
            "previous": self._link(rows[0], True) if rows and self.has_previous else None,
        }

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, **self.links()})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": schema,
                "next": {
                    **link,
                    "description": "Address of the next page, null on the last.",
                    "example": "https://twinning.example/api/v1/…/?cursor=WyJpZCIsZmFsc2UsbnVsbCwxN10",
                },
                "previous": {
                    **link,
                    "description": "Address of the page before, null on the first.",
                    "example": None,
                },
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "limit",
                "in": "query",
                "description": "How many at most.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
            },
            {
                "name": "cursor",
                "in": "query",
                "description": "From the links next and previous of an answer; it has no meaning of its own.",
                "schema": {"type": "string"},
            },
            {
                "name": "sort",
                "in": "query",
                "description": "The order of the list; a minus turns it round.",
                "schema": {"type": "string", "enum": list(view.sorts), "default": view.sorts[0]},
            },
        ]
