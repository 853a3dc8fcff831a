"""One record of each kind in a programme, so that every address of the API has something to show."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from activities import services as log
from activities import tasks
from activities.importers.dry_run import plan
from activities.models import ImportBatch
from clusters import services
from clusters.models import Cluster, Organisation, Programme, Twinning
from diagnostics import services as forms
from monitoring import services as monitoring
from monitoring.importers.value_plan import plan_values
from monitoring.importers.values import read_values
from monitoring.models import Indicator, Report, ReportingPeriod, ValueBatch
from tests.conftest import World
from tests.diagnostics.conftest import AOBO, FIRM, definition, fill, version_of
from tests.diagnostics.conftest import row as row_of
from tests.monitoring.iati.stage import furnished
from twinning.core import history
from twinning.core.models import Job, User
from twinning.core.tabular import open_sheet, write_csv


def furnish(
    actor: User,
    programme: Programme,
    clusters: tuple[Cluster, Cluster],
    bodies: tuple[Organisation, Organisation],
    firm: Organisation,
    author: User,
) -> dict[str, Any]:
    """{kind of record: its id or slug}. ``author`` enters what somebody else is to approve."""
    first, second = clusters
    component = services.add_component(actor=actor, programme=programme, kind="CT", title="Of the API")
    place = services.place_cluster(actor=actor, component=component, cluster=first)
    link = services.add_programme_organisation(
        actor=actor, programme=programme, organisation=bodies[0], role="implementing"
    )
    meeting = services.add_meeting(actor=actor, programme=programme, number=77)
    decision = services.record_decision(actor=actor, meeting=meeting, text="Yes", kind="other")
    figure = services.add_figure(
        actor=actor, cluster=first, measure="units", about="API", qualifier="exact", value=1, source="study"
    )
    group = services.add_product_group(actor=actor, cluster=first, name="Of the API")
    person = services.create_person(
        actor=actor, programme=programme, name="Giulia Rossi", organisation=bodies[0]
    )
    engagement = services.engage_agent(
        actor=actor, cluster=first, person=person, post="CDA", side="emerging", function="cda"
    )
    agreement = services.create_agreement(
        actor=actor,
        programme=programme,
        kind="mou",
        title="Memorandum",
        parties=[
            {"organisation": bodies[0], "side": "emerging"},
            {"organisation": bodies[1], "side": "advanced"},
        ],
    )
    claim = services.add_claim(
        actor=actor, agreement=agreement, about="signed", statement="June", source="p. 1"
    )
    activity = log.log_activity(
        actor=actor,
        programme=programme,
        clusters=[first],
        title="Visit",
        period_text="5/9/2009",
        organisations=[(bodies[0], "organiser")],
    )
    gone = log.log_activity(actor=actor, programme=programme, clusters=[first], title="Removed")
    log.remove_activity(actor=actor, activity=gone, version=None)
    row = log.add_participation(actor=actor, activity=activity, person=person)
    services.save_firm(actor=actor, organisation=firm, version=None, size="small")
    rate = services.type_rate(
        actor=actor,
        programme=programme,
        currency="INR",
        day=dt.date(2010, 5, 3),
        rate=Decimal("58.98"),
        source="Bulletin",
    )
    job = Job.objects.create(kind="x", title="x", created_by=actor)
    batch = tried_out(actor, first)
    report = history.create(
        Report(
            programme=programme, kind="activity-status", title="Status", as_of="2011-07-31", created_by=actor
        ),
        actor=actor,
    )
    regular = monitoring.schedule_report(
        actor=actor,
        programme=programme,
        kind="activity-status",
        every="quarter",
        recipients=[actor.pk],
    )
    return {
        **filed(actor, programme, first),
        **furnished(actor, programme, bodies[1]),
        **selection_round(actor, programme, first, "Open"),
        **measured(actor, author, programme, first, firm),
        **judged(actor, programme, first),
        **set_up(actor, programme),
        "selection-outcome": decided_outcome(actor, programme, first),
        "programme": programme.slug,
        "cluster": first.slug,
        "twinning": Twinning.objects.get(emerging=first, advanced=second).slug,
        "component": component.pk,
        "component-cluster": place.pk,
        "programme-organisation": link.pk,
        "meeting": meeting.pk,
        "decision": decision.pk,
        "figure": figure.pk,
        "product-group": group.pk,
        "engagement": engagement.pk,
        "organisation": bodies[0].pk,
        "firm": firm.pk,
        "organisation-role": bodies[0].roles.all()[0].pk,
        "person": person.pk,
        "agreement": agreement.pk,
        "party": agreement.parties.all()[0].pk,
        "claim": claim.pk,
        "activity": activity.pk,
        "removed": gone.pk,
        "participation": row.pk,
        "job": job.pk,
        "import": batch.pk,
        "report": report.pk,
        "report-schedule": regular.pk,
        "rate": rate.pk,
    }


def filed(actor: User, programme: Programme, cluster: Cluster) -> dict[str, Any]:
    """A study with a row and a remark, a questionnaire of the programme's own, and a case filled by it."""
    study = forms.start(
        actor=actor, programme=programme, version=version_of("diagnostic-emerging"), cluster=cluster
    )
    fill(actor, study, row_of("firms", "f1", **FIRM) | row_of("aobo", "a1", **AOBO))
    own = forms.create_questionnaire(
        actor=actor,
        programme=programme,
        slug=f"own-{programme.slug}",
        kind="policy-case",
        title="Our own",
        definition=definition(),
    )
    published = forms.publish(actor=actor, draft=own.versions.get())
    draft = forms.save_draft(actor=actor, questionnaire=own, definition=definition(), note="Next")
    case = forms.start(actor=actor, programme=programme, version=published, title="Case")
    return {
        "submission": study.pk,
        "study": study.pk,
        "aobo-row": study.aoboitems.get().pk,
        "remark": forms.remark(actor=actor, submission=study, path="vision", text="Which?").pk,
        "assessment": case.pk,
        "questionnaire": own.pk,
        "questionnaire-slug": own.slug,
        "questionnaire-version": published.pk,
        "questionnaire-draft": draft.pk,
    }


def measured(
    actor: User, author: User, programme: Programme, cluster: Cluster, firm: Organisation
) -> dict[str, Any]:
    """A results framework with values, an outcome, and a period in each state of its closing."""
    result = monitoring.add_result(actor=actor, programme=programme, level="impact", title="Of the API")
    typed = monitoring.add_indicator(
        actor=actor,
        result=result,
        code="API.1",
        name="Typed, of the API",
        dimensions=["sex"],
        has_amount=True,
    )
    computed = monitoring.add_indicator(
        actor=actor,
        result=result,
        code="API.2",
        name="Counted, of the API",
        rule={"count": "activities", "where": {}},
    )
    gone = monitoring.add_indicator(actor=actor, result=result, code="API.3", name="Not used")
    monitoring.retire_indicator(actor=actor, indicator=gone, version=None, reason="x")
    begun, handed_in = [
        monitoring.add_period(
            actor=actor,
            programme=programme,
            title=f"{year}",
            first=dt.date(year, 1, 1),
            last=dt.date(year, 12, 31),
            due_on=dt.date(year + 1, 1, 31),
        )
        for year in (2006, 2007)
    ]
    target = monitoring.set_target(
        actor=actor, indicator=typed, first=begun.first, last=begun.last, value=Decimal(5)
    )
    value = monitoring.record_measurement(
        actor=actor, indicator=typed, period=begun, cluster=cluster, value=Decimal(3), source="Firms"
    )
    outcome = monitoring.record_outcome(
        actor=author,
        programme=programme,
        cluster=cluster,
        kind="investment",
        title="A mill",
        happened="2007",
        source="Visit",
        parties=[(firm, "gains")],
    )
    opened = monitoring.open_closing(actor=actor, period=begun, cluster=cluster)
    waiting = monitoring.open_closing(actor=author, period=handed_in, cluster=cluster)
    monitoring.submit_closing(actor=author, closing=waiting, version=None, as_not_reported=True)
    whole = monitoring.open_closing(actor=author, period=handed_in, cluster=None)
    monitoring.submit_closing(actor=author, closing=whole, version=None, as_not_reported=True)
    if author != actor:
        monitoring.approve_closing(actor=actor, closing=whole, version=None)
    # After the closing, so that there is something to restate.
    log.log_activity(
        actor=author, programme=programme, clusters=[cluster], title="Late", period_text="May 2007"
    )
    return {
        "value-import": values_tried_out(actor, typed, begun, cluster).pk,
        "result": result.pk,
        "indicator": typed.pk,
        "computed": computed.pk,
        "retired": gone.pk,
        "target": target.pk,
        "reporting-period": begun.pk,
        "reporting-period-unmeasured": handed_in.pk,
        "measurement": value.pk,
        "outcome": outcome.pk,
        "closing": opened.pk,
        "closing-waiting": waiting.pk,
        "closing-closed": whole.pk,
    }


def judged(actor: User, programme: Programme, cluster: Cluster) -> dict[str, Any]:
    """A draft evaluation with a part of each kind, and a story."""
    evaluation = monitoring.open_evaluation(actor=actor, programme=programme, kind="self", title="Of the API")
    asked = evaluation.criteria.all()[0]
    evidence = monitoring.add_evidence(
        actor=actor, assessment=asked, kind="document", source="Paper, p. 1", text="It says so."
    )
    lesson = monitoring.add_lesson(actor=actor, evaluation=evaluation, text="Trust first.")
    advice = monitoring.add_recommendation(actor=actor, evaluation=evaluation, text="Engage an agent.")
    story = monitoring.write_story(
        actor=actor, programme=programme, cluster=cluster, title="Told", quote="Well.", speaker="Anbu"
    )
    return {
        "evaluation": evaluation.pk,
        "evaluation-criterion": asked.pk,
        "evaluation-evidence": evidence.pk,
        "evaluation-comparison": evaluation.comparison.all()[0].pk,
        "evaluation-lesson": lesson.pk,
        "recommendation": advice.pk,
        "story": story.pk,
    }


def set_up(actor: User, programme: Programme) -> dict[str, Any]:
    """A text and a layout of results reports."""
    text = monitoring.write_narrative(
        actor=actor, programme=programme, kind="results", section="chain", language="en", text="Of the API."
    )
    layout = monitoring.lay_out_report(
        actor=actor, programme=programme, kind="results", version=None, subtitle="Of the API"
    )
    return {"report-text": text.pk, "report-layout": layout.pk}


def selection_round(actor: User, programme: Programme, cluster: Cluster, title: str) -> dict[str, Any]:
    """An open selection round with two candidates, one of them scored."""
    opened = services.open_round(actor=actor, programme=programme, title=title)
    candidate = services.add_candidate(actor=actor, selection_round=opened, cluster=cluster)
    services.add_candidate(actor=actor, selection_round=opened, name="Agra")
    parameter = opened.parameters.get(code="3")
    score = services.score_candidate(
        actor=actor, candidate=candidate, parameter=parameter, value=Decimal(4), evidence="Study"
    )
    return {
        "selection-round": opened.pk,
        "selection-candidate": candidate.pk,
        "selection-parameter": parameter.pk,
        "selection-weights": opened.weight_sets.get().pk,
        "selection-score": score.pk,
    }


def decided_outcome(actor: User, programme: Programme, cluster: Cluster) -> int:
    opened = services.open_round(actor=actor, programme=programme, title="Decided")
    candidate = services.add_candidate(actor=actor, selection_round=opened, cluster=cluster)
    services.decide_round(
        actor=actor,
        selection_round=opened,
        verdicts=[services.Verdict(candidate, "not-selected")],
        decided_on=dt.date(2007, 2, 26),
    )
    outcome: int = candidate.outcomes.get().pk
    return outcome


def values_tried_out(
    actor: User, indicator: Indicator, period: ReportingPeriod, cluster: Cluster
) -> ValueBatch:
    """An import of one value after its dry run. Its file is not kept, since files are a test's own."""
    head = ["indicator", "period", "cluster", "value", "source"]
    data = write_csv(head, [[indicator.code, period.title, cluster.slug, 4, "Sheet"]])
    batch = history.create(
        ValueBatch(programme=cluster.programme, holds="values", filename="values.csv", created_by=actor),
        actor=actor,
    )
    found = plan_values(actor=actor, batch=batch, read=read_values(open_sheet(data, "values.csv"), "values"))
    return monitoring.keep_values_plan(actor=actor, batch=batch, rows=found.rows, counts=found.counts)


def tried_out(actor: User, cluster: Cluster) -> ImportBatch:
    """An import of one row after its dry run. Its file is not kept, since files are a test's own."""
    workbook = open_sheet(b"Activity,Date\nVisit to Italy,2010\n", "a.csv")
    sheet = workbook.sheet().name
    layout, _preview = tasks.look_at(workbook, sheet, cluster.programme_id)
    batch = history.create(
        ImportBatch(
            programme=cluster.programme,
            cluster=cluster,
            filename="a.csv",
            created_by=actor,
            sheet=sheet,
            mapping=layout.to_json() | {"kind": "csv"},
        ),
        actor=actor,
    )
    found = plan(
        actor=actor, cluster=cluster, workbook=workbook, sheet=sheet, layout=layout, status_date=None
    )
    rows = [row.columns() for row in found.rows]
    return log.FoundRows(rows, found.counts).keep(actor=actor, batch=batch)


def here(world: World) -> dict[str, Any]:
    return furnish(
        world.manager,
        world.programme,
        (world.leather, world.santa_croce),
        (world.tanners, world.conciatori),
        world.tannery,
        world.partner,
    )


def elsewhere(world: World) -> dict[str, Any]:
    """The same in the programme of the neighbour."""
    actor, programme = world.neighbour, world.other_programme
    far = services.create_cluster(
        actor=actor, programme=programme, slug="farther", name="Farther", country="IT"
    )
    services.propose_twinning(actor=actor, programme=programme, emerging=world.other_cluster, advanced=far)
    bodies = [
        services.create_organisation(
            actor=actor,
            programme=programme,
            cluster=world.other_cluster,
            role="support",
            name=name,
            kind=kind,
        )
        for name, kind in [("A", "association"), ("B", "association"), ("C", "principal-firm")]
    ]
    return furnish(actor, programme, (world.other_cluster, far), (bodies[0], bodies[1]), bodies[2], actor)
