"""The register of agreements, as of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from clusters.models import Agreement, AgreementClaim, AgreementParty, Organisation
from clusters.queries.words import Word, force_word, span_text
from twinning.core.models import Attachment, User
from twinning.core.queries import edtf_text, why_preferred


@dataclass(frozen=True, slots=True)
class Party:
    """``url`` is "" and ``name`` says only what it is where the reader may not see the firm."""

    pk: int
    name: str
    url: str
    role: str
    side: str
    chapter: str
    is_signatory: bool


@dataclass(frozen=True, slots=True)
class ClaimLine:
    pk: int
    statement: str
    date: str
    source: str
    preferred: bool
    why: str

    @property
    def says(self) -> str:
        """What it says in the fewest words."""
        return self.date or self.statement


@dataclass(frozen=True, slots=True)
class Stated:
    """What stands of something that sources may dispute: ``source`` is "" where no claim is preferred.

    ``beside``: the claims that say something else.
    """

    text: str
    source: str
    beside: list[ClaimLine]


@dataclass(frozen=True, slots=True)
class AgreementLine:
    agreement: Agreement
    force: Word
    signatories: list[Party]
    supporters: list[Party]
    signed: Stated
    validity: Stated


@dataclass(frozen=True, slots=True)
class Side:
    label: str
    parties: list[Party]


@dataclass(frozen=True, slots=True)
class ClaimGroup:
    """What sources say about one thing, the preferred one first. ``disagree`` when there are several."""

    about: str
    claims: list[ClaimLine]
    disagree: bool


@dataclass(frozen=True, slots=True)
class AgreementDetail:
    line: AgreementLine
    sides: list[Side]
    areas: list[str]
    claims: list[ClaimGroup]
    attachments: list[Attachment]
    replaces: list[Agreement]
    replaced_by: Agreement | None


def _parties(agreements: list[Agreement], reader: User, slug: str) -> dict[int, list[Party]]:
    visible = Organisation.objects.visible_to(reader).filter(pk=OuterRef("organisation"))
    rows = AgreementParty.objects.filter(agreement__in=agreements).annotate(seen=Exists(visible))
    found: dict[int, list[Party]] = {}
    for row in rows.select_related("organisation"):
        party = Party(
            pk=row.pk,
            name=str(row.organisation) if row.seen else _("a firm, not named to you"),
            url=reverse("organisation", args=[slug, row.organisation_id]) if row.seen else "",
            role=str(row.get_role_display()),
            side=row.side,
            chapter=row.chapter,
            is_signatory=row.role == AgreementParty.Role.SIGNATORY,
        )
        found.setdefault(row.agreement_id, []).append(party)
    return found


def agreement_lines(
    agreements: Iterable[Agreement], day: dt.date, reader: User, slug: str
) -> list[AgreementLine]:
    """Lines with their parties, which are read here; ``slug`` is that of the programme."""
    rows = list(agreements)
    found = _parties(rows, reader, slug)
    disputed = (AgreementClaim.About.SIGNED, AgreementClaim.About.VALIDITY)
    claims: dict[tuple[int, str], list[AgreementClaim]] = {}
    for claim in AgreementClaim.objects.filter(agreement__in=rows, about__in=disputed).order_by("id"):
        claims.setdefault((claim.agreement_id, claim.about), []).append(claim)
    lines = []
    for row in rows:
        parties = found.get(row.pk, [])
        lines.append(
            AgreementLine(
                agreement=row,
                force=force_word(row.force_on(day)),
                signatories=[party for party in parties if party.is_signatory],
                supporters=[party for party in parties if not party.is_signatory],
                signed=_stated(row, edtf_text(row.signed), "", claims.get((row.pk, disputed[0]), [])),
                validity=_stated(
                    row,
                    span_text(row.valid_from, row.valid_to),
                    row.validity_text,
                    claims.get((row.pk, disputed[1]), []),
                ),
            )
        )
    return lines


def _stated(agreement: Agreement, dates: str, words: str, claims: list[AgreementClaim]) -> Stated:
    """The record follows its preferred claim (``services.claims``); words count where there is no date."""
    preferred = next((claim for claim in claims if claim.preferred), None)
    text = dates or (preferred.statement if preferred else words)
    beside = [claim for claim in claims if claim is not preferred and not _agrees(claim, agreement, text)]
    return Stated(text, preferred.source if preferred else "", [_claim_line(claim) for claim in beside])


def _agrees(claim: AgreementClaim, agreement: Agreement, text: str) -> bool:
    dates = claim.dates
    same = all(getattr(agreement, name) == date for name, date in dates.items())
    return same if dates else claim.statement == text


def _claim_line(claim: AgreementClaim, why: str = "") -> ClaimLine:
    return ClaimLine(claim.pk, claim.statement, edtf_text(claim.edtf), claim.source, claim.preferred, why)


def _claims(agreement: Agreement) -> list[ClaimGroup]:
    rows = list(AgreementClaim.objects.filter(agreement=agreement).order_by("about", "-preferred", "id"))
    why = why_preferred(AgreementClaim, [row.pk for row in rows if row.preferred])
    groups = []
    for about, claims in groupby(rows, key=lambda claim: claim.about):
        lines = [_claim_line(claim, why.get(claim.pk, "")) for claim in claims]
        groups.append(ClaimGroup(str(AgreementClaim.About(about).label), lines, len(lines) > 1))
    return groups


def _documents(agreement: Agreement, reader: User) -> list[Attachment]:
    opens = Agreement.objects.files_visible_to(reader).filter(pk=agreement.pk).exists()
    return list(Attachment.objects.of(agreement)) if opens else []


def agreement_detail(agreement: Agreement, day: dt.date, reader: User, slug: str) -> AgreementDetail:
    line = agreement_lines([agreement], day, reader, slug)[0]
    parties = line.signatories + line.supporters
    sides = [
        Side(str(label), [party for party in parties if party.side == value])
        for value, label in AgreementParty.Side.choices
    ]
    chain = Q(replaced_by=agreement) | Q(replaces=agreement)
    linked = list(Agreement.objects.visible_to(reader).filter(chain).distinct())
    return AgreementDetail(
        line=line,
        sides=[side for side in sides if side.parties],
        areas=[area.strip() for area in agreement.areas.splitlines() if area.strip()],
        claims=_claims(agreement),
        attachments=_documents(agreement, reader),
        replaces=[other for other in linked if other.replaced_by_id == agreement.pk],
        replaced_by=next((other for other in linked if other.pk == agreement.replaced_by_id), None),
    )
