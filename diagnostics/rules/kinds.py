"""The kinds of form that the method knows, and what each must ask so that pages and reports can be made of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    EMERGING = "diagnostic-emerging", _("diagnostic study of an emerging cluster")
    ADVANCED = "diagnostic-advanced", _("diagnostic study of an advanced cluster")
    TRAINING = "training-needs", _("training needs assessment")
    EXCELLENCE = "excellence-gap", _("excellence gap analysis")
    READINESS = "readiness", _("readiness assessment")
    ADOPTION = "technology-adoption", _("technology adoption case")
    POLICY = "policy-case", _("policy case")


STUDIES = (Kind.EMERGING, Kind.ADVANCED)
ASSESSMENTS = (Kind.TRAINING, Kind.EXCELLENCE, Kind.READINESS)
CASES = (Kind.ADOPTION, Kind.POLICY)


@dataclass(frozen=True, slots=True)
class Needs:
    """``of_cluster``, ``of_firm``: what a form of this kind is about, beside its subject in words.

    ``questions``: {name of a repeat, or "" for those outside: names of questions}.
    """

    of_cluster: bool = True
    of_firm: bool = False
    questions: dict[str, tuple[str, ...]] = field(default_factory=dict)


NEEDS: dict[Kind, Needs] = {
    Kind.EMERGING: Needs(
        questions={
            "": ("executive_summary", "vision", "strengths", "weaknesses", "opportunities", "threats"),
            "firms": ("firm", "firm_groups", "firm_size"),
            "aobo": (
                "aobo_firms",
                "aobo_item",
                "aobo_issue",
                "aobo_stakeholders",
                "aobo_entry",
                "aobo_where",
                "aobo_countries",
                "aobo_kind",
                "aobo_status",
            ),
            "value_chain": ("stage", "stage_share"),
            "statistics": ("size_class", "size_count"),
            "baseline": ("measure", "measure_value", "measure_unit", "measure_year", "measure_source"),
        }
    ),
    Kind.ADVANCED: Needs(
        questions={
            "": ("stakeholders", "needs", "areas", "willingness", "conditions", "partners", "intermediaries"),
            "topics": ("topic", "topic_emerging", "topic_advanced", "topic_closed"),
        }
    ),
    Kind.TRAINING: Needs(
        questions={
            "findings": ("finding_area", "finding"),
            "training_needs": ("need", "need_for", "need_priority", "need_modules"),
            "modules": ("module_number", "module", "module_mode", "module_level"),
        }
    ),
    Kind.EXCELLENCE: Needs(
        of_firm=True,
        questions={
            "gaps": ("gap_area", "gap_score", "gap_recommendation"),
            "interventions": ("intervention", "intervention_modes", "intervention_ratified"),
        },
    ),
    Kind.READINESS: Needs(
        of_firm=True, questions={"": ("wave",), "plan": ("action", "action_pillar", "action_due")}
    ),
    Kind.ADOPTION: Needs(
        of_cluster=False,
        of_firm=True,
        questions={
            "": (
                "technologies",
                "why",
                "what",
                "who",
                "how",
                "which_impact",
                "challenges",
                "facilitators",
            ),
            "impacts": (
                "impact_area",
                "impact_direction",
                "impact_value",
                "impact_unit",
                "impact_evidence",
                "impact_inferred",
            ),
        },
    ),
    Kind.POLICY: Needs(
        of_cluster=False,
        questions={"": ("country", "challenge", "area", "issue", "instrument"), "figures": ("figure",)},
    ),
}
