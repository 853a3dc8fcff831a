"""Whoever writes changes says first above which number they will be, so that a feed passes none over.

Numbers are given out before a transaction ends: on PostgreSQL a change with a lower number may be committed after
one with a higher. Before its first change each transaction there takes a shared lock whose key is the last number
given out; as long as it is held, the feed (``core.feed``) ends at that number. The lock goes with the transaction,
however that ends. SQLite has one writer at a time and needs nothing.
"""

from django.db import migrations

from twinning.core.feed import KEYS, LAST_NUMBER

ANNOUNCE = f"""
CREATE FUNCTION core_change_announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('twinning.announced', true), '') = '' THEN
        PERFORM pg_advisory_xact_lock_shared({KEYS} + ({LAST_NUMBER}));
        PERFORM set_config('twinning.announced', 'yes', true);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER core_change_announced BEFORE INSERT ON core_change
    FOR EACH STATEMENT EXECUTE FUNCTION core_change_announce();
"""
SILENCE = """
DROP TRIGGER IF EXISTS core_change_announced ON core_change;
DROP FUNCTION IF EXISTS core_change_announce();
"""


def _run(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return run


class Migration(migrations.Migration):

    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunPython(_run(ANNOUNCE), _run(SILENCE))]
