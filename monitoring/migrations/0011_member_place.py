from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def say_where(apps: Any, schema_editor: Any) -> None:
    """A member stands where its figure does: in a cluster, or in the programme (0)."""
    figures = apps.get_model("monitoring", "FrozenFigure").objects.filter(pk=OuterRef("figure"))
    place = Coalesce(Subquery(figures.values("closing__cluster")), 0)
    apps.get_model("monitoring", "FrozenMember").objects.update(place=place)


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0010_schedule_retries")]

    operations = [
        migrations.AddField(
            model_name="frozenmember",
            name="place",
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunPython(say_where, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="frozenmember", name="frozen_member_once"),
        migrations.AddConstraint(
            model_name="frozenmember",
            constraint=models.UniqueConstraint(fields=("ref", "place", "figure"), name="frozen_member_once"),
        ),
    ]
