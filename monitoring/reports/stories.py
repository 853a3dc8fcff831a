"""Impact stories in the snapshots of reports, and as all reports print them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from monitoring.models import ImpactStory
from monitoring.reports.figures import plain, written
from twinning.core.documents import Block, Facts, Heading, Paragraphs
from twinning.core.queries import unquoted

MOST_STORIES = 50


def stories_of(programme: Programme, clusters: Sequence[Cluster] | None) -> list[dict[str, Any]]:
    """Those that were published and whose consent stands; persons, firms and sources only if it covers names."""
    rows = ImpactStory.objects.filter(programme=programme, published_at__isnull=False).consented()
    if clusters is not None:
        rows = rows.filter(cluster__in=clusters)
    return [
        {
            "title": row.title,
            "cluster": row.cluster.name if row.cluster else "",
            "quote": row.quote,
            "text": row.text,
            "speaker": row.attribution(named=True) if row.names_allowed else "",
            "measure": row.measure,
            "before": plain(row.before),
            "after": plain(row.after),
            "unit": row.unit,
            "source": row.source if row.names_allowed else "",
        }
        for row in rows.for_list().order_by("pk")[:MOST_STORIES]
    ]


def story_blocks(stories: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    for row in stories:
        yield Heading(row["title"])
        yield Paragraphs(f"“{unquoted(row['quote'])}”", "lead")
        yield Paragraphs(f"— {row['speaker'] or _nobody(row['cluster'])}", "note")
        if row["text"].strip():
            yield Paragraphs(row["text"])
        if row["measure"]:
            unit = f"\u00a0{row['unit']}" if row["unit"] else ""
            before, after = (
                f"{written(row[name])}{unit}" if row[name] is not None else None
                for name in ("before", "after")
            )
            source = ((_("Source"), row["source"]),) if row["source"] else ()
            yield Facts(
                ((_("What changed"), row["measure"]), (_("Before"), before), (_("After"), after), *source)
            )


def _nobody(cluster: str) -> str:
    if not cluster:
        return _("somebody from the programme, not named")
    return _("somebody from %(cluster)s, not named") % {"cluster": cluster}
