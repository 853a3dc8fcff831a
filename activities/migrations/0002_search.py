"""Words of titles and tags are found by trigram indexes on PostgreSQL; SQLite searches without them."""

from django.core.management.base import CommandError
from django.db import DatabaseError, migrations, transaction

INDEXES = {"activity_title_words": "title", "activity_tag_words": "tags"}


def _allow_trigrams(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone():
            return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError as error:
        name = connection.settings_dict["NAME"]
        raise CommandError(
            "The search of the activity log needs the PostgreSQL extension pg_trgm, and this database user "
            f"could not create it ({str(error).strip().splitlines()[0]}). Let an administrator run, once, in "
            f"the database {name}:\n    CREATE EXTENSION pg_trgm;\nand then migrate again."
        ) from error


def make_indexes(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    _allow_trigrams(schema_editor.connection)
    for name, column in INDEXES.items():
        # The expression is the one that a case-insensitive look-up asks for.
        schema_editor.execute(
            f"CREATE INDEX IF NOT EXISTS {name} ON activities_activity USING gin (UPPER({column}) gin_trgm_ops)"
        )


def drop_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):

    dependencies = [("activities", "0001_initial")]

    operations = [migrations.RunPython(make_indexes, drop_indexes)]
