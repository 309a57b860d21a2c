from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0005_advance_notices'),
        ('clients', '0011_imports'),
        ('practice', '0006_one_end_of_sign_ins'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='charge',
            name='one_live_charge',
        ),
        migrations.AddField(
            model_name='charge',
            name='place_of_service',
            field=models.CharField(blank=True, help_text="the session's own; empty: the location's", max_length=2),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.UniqueConstraint(condition=models.Q(('reversed_by__isnull', True)), fields=('practice', 'day', 'code', 'clinician', 'location', 'place_of_service', 'assisted'), name='one_live_charge'),
        ),
    ]
