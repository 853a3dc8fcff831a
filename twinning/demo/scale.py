"""Fills a database for measuring: one programme, as many activities as asked for, five participations each.

Rows are made by the database itself in a few statements, since calling services would take hours. They obey the
same constraints but carry no history, so they are fit for measuring and for nothing else.
"""

from __future__ import annotations

from django.db import connection, models, transaction
from django.db.models import F

from activities.models import Activity, ActivityCluster, ActivityOrganisation, Participation
from clusters import services
from clusters.models import Cluster, Organisation, Person, Programme
from clusters.rules import Role
from twinning.core.models import User

SLUG = "scale"
CLUSTERS = 20
ORGANISATIONS = 2_000
PEOPLE = 50_000
PER_ACTIVITY = 5
KINDS = ["TB", "PR", "NT", "LH"]
FORMATS = ["workshop", "training", "on-site", "visit", "fair", "meeting", "study", "other", ""]
# Every so many activities one is of a kind, a format or a status that a filter has to look far for.
SELDOM = 20_000


def seed(activities: int) -> Programme:
    """Make the programme ``scale`` anew with this many activities; returns it. Its manager is scale@demo.example."""
    with transaction.atomic():
        programme = Programme.objects.filter(slug=SLUG).first() or _frame()
        first = (Activity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        _fill(programme, activities)
        _relations(programme, first)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return programme


def _frame() -> Programme:
    user, _made = User.objects.get_or_create(
        email="scale@demo.example", defaults={"name": "Scale manager", "is_staff": True}
    )
    programme = services.open_programme(actor=user, slug=SLUG, title="Scale programme", code="SCALE")
    for index in range(CLUSTERS):
        cluster = services.create_cluster(
            actor=user, programme=programme, slug=f"scale-{index}", name=f"Cluster {index:02d}", country="IN"
        )
        agent = User.objects.create(email=f"scale.cda.{index}@demo.example", name=f"CDA {index}")
        services.add_member(actor=user, programme=programme, user=agent, role=Role.CDA, cluster=cluster)
    _insert(
        Organisation,
        _counter(ORGANISATIONS),
        programme_id=str(programme.pk),
        name="'Organisation ' || i",
        kind="CASE WHEN i % 10 = 0 THEN 'association' ELSE 'principal-firm' END",
        country="'IN'",
    )
    base = Organisation.objects.filter(programme=programme).order_by("pk").values_list("pk", flat=True)[0]
    _insert(
        Person,
        _counter(PEOPLE),
        programme_id=str(programme.pk),
        name="'Person ' || i",
        organisation_id=f"{base} + i % {ORGANISATIONS}",
        sex="CASE i % 3 WHEN 0 THEN 'f' WHEN 1 THEN 'm' ELSE 'u' END",
    )
    return programme


def _counter(count: int) -> str:
    return (
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "  # noqa: S608
        "SELECT {columns} FROM n"
    )


def _day(offset: str) -> str:
    """SQL for a day of the twenty years from 2006 on, by an integer expression."""
    if connection.vendor == "postgresql":
        return f"date '2006-01-01' + ({offset}) % 7300"
    return f"date('2006-01-01', '+' || (({offset}) % 7300) || ' days')"


def _insert(model: type[models.Model], select: str, **expressions: str) -> None:
    """INSERT … SELECT, every column not named taking the default of its field."""
    columns, values, params = [], [], []
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        columns.append(connection.ops.quote_name(str(field.column)))
        if field.attname in expressions:
            values.append(expressions[field.attname].replace("%", "%%"))
        elif getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            values.append("CURRENT_TIMESTAMP")
        else:
            values.append("%s")
            params.append(field.get_db_prep_save(field.get_default(), connection))
    table = connection.ops.quote_name(model._meta.db_table)
    chosen = select.replace("%", "%%").format(columns=", ".join(values))
    sql = f"INSERT INTO {table} ({', '.join(columns)}) {chosen}"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _fill(programme: Programme, count: int) -> None:
    start, end = _day("i % 7300 * 7919"), _day("i % 7300 * 7919 + i % 40")
    _insert(
        Activity,
        _counter(count),
        programme_id=str(programme.pk),
        title="'Workshop ' || i || ' on best practices in manufacturing and quality'",
        kind=f"CASE WHEN i % {SELDOM} = 0 THEN 'LR' ELSE {_pick(KINDS)} END",
        format=f"CASE WHEN i % {SELDOM} = 3 THEN 'technology-show' ELSE {_pick(FORMATS)} END",
        status_set=f"CASE WHEN i % {SELDOM} = 1 THEN 'cancelled' ELSE '' END",
        period_tentative=f"(i % {SELDOM} = 2)",
        origin="'imported'",
        cluster_count="1",
        venue="'Hall ' || i % 97",
        period_text=f"{start} || ''",
        period_edtf=f"{start} || ''",
        period_start=start,
        period_end=f"CASE WHEN {end} >= {start} THEN {end} ELSE {start} END",
    )


def _pick(words: list[str]) -> str:
    cases = " ".join(f"WHEN {index} THEN '{word}'" for index, word in enumerate(words))
    return f"CASE i % {len(words)} {cases} END"


def _relations(programme: Programme, first: int) -> None:
    cluster = Cluster.objects.filter(programme=programme).order_by("pk").values_list("pk", flat=True)[0]
    base = Organisation.objects.filter(programme=programme).order_by("pk").values_list("pk", flat=True)[0]
    person = Person.objects.filter(programme=programme).order_by("pk").values_list("pk", flat=True)[0]
    table = connection.ops.quote_name(Activity._meta.db_table)
    rows = f"SELECT {{columns}} FROM {table} a WHERE a.id >= {first}"  # noqa: S608
    _insert(
        ActivityCluster,
        rows,
        activity_id="a.id",
        cluster_id=f"{cluster} + a.id % {CLUSTERS}",
        number=f"a.id / {CLUSTERS} + 1",
        number_source="'assigned'",
    )
    # Every tenth is a joint event of two clusters.
    _insert(
        ActivityCluster,
        f"{rows} AND a.id % 10 = 0",
        activity_id="a.id",
        cluster_id=f"{cluster} + (a.id + 1) % {CLUSTERS}",
        number=f"a.id / {CLUSTERS} + 1",
        number_source="'assigned'",
    )
    joint = Activity.objects.filter(pk__gte=first).annotate(tenth=F("pk") % 10).filter(tenth=0)
    joint.update(cluster_count=2)
    _insert(
        ActivityOrganisation,
        rows,
        activity_id="a.id",
        organisation_id=f"{base} + a.id % {ORGANISATIONS}",
        role="'organiser'",
    )
    several = (
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PER_ACTIVITY}) "  # noqa: S608
        f"SELECT {{columns}} FROM {table} a CROSS JOIN n WHERE a.id >= {first}"
    )
    who = f"(a.id * 13 + i * 977) % {PEOPLE}"
    _insert(
        Participation,
        several,
        activity_id="a.id",
        person_id=f"{person} + {who}",
        organisation_id=f"{base} + {who} % {ORGANISATIONS}",
        female=f"CASE WHEN {who} % 3 = 0 THEN 1 ELSE 0 END",
        male=f"CASE WHEN {who} % 3 = 1 THEN 1 ELSE 0 END",
        unspecified=f"CASE WHEN {who} % 3 = 2 THEN 1 ELSE 0 END",
        role="'trainee'",
    )
