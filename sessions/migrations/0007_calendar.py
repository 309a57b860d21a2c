import django.contrib.postgres.fields
import django.db.models.deletion
import practice.clock
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0011_imports'),
        ('practice', '0006_one_end_of_sign_ins'),
        ('therapy_sessions', '0006_held'),
    ]

    operations = [
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), help_text='0 is Monday')),
                ('every_weeks', models.PositiveSmallIntegerField(default=1)),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('case', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='series', to='clients.case')),
                ('by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('weekdays__len__gte', 1)), name='series_has_a_weekday'), models.CheckConstraint(condition=models.Q(('every_weeks__gte', 1), ('every_weeks__lte', 8)), name='series_weeks_between')],
            },
        ),
        migrations.AddField(
            model_name='booking',
            name='away',
            field=models.CharField(blank=True, help_text='“Vacation”: time off, without an appointment', max_length=60),
        ),
        migrations.AlterField(
            model_name='booking',
            name='appointment',
            field=practice.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='therapy_sessions.appointment'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(condition=models.Q(('appointment__isnull', True)), fields=['practice', 'clinician'], name='time_off'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appointment__isnull', False), ('away', '')), models.Q(('appointment__isnull', True), models.Q(('away', ''), _negated=True)), _connector='OR'), name='booking_is_for_something'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='series',
            field=practice.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='therapy_sessions.series'),
        ),
        ProtectTable("Series"),
        ProtectTable("Appointment"),  # the new key
    ]
