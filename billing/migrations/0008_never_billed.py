from django.db import migrations

from billing.guards import NEVER_BILLED


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0007_fees_by_place'),
        ('clients', '0012_guarantor_shares'),
    ]

    operations = [
        migrations.RunSQL(NEVER_BILLED, migrations.RunSQL.noop),
    ]
