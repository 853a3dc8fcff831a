"""A partner system asks for what changed since its last visit; that must not read the whole log."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("activities", "0005_import_seen_version")]

    operations = [
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(fields=["programme", "updated_at", "id"], name="activity_by_change"),
        ),
    ]
