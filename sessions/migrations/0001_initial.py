import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import practice.clock
import practice.fields
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('clients', '0001_initial'),
        ('practice', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('location', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='practice.location')),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(help_text='start inclusive, end exclusive, in UTC')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('appointment', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='therapy_sessions.appointment')),
                ('clinician', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='practice.clinician')),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('released', models.BooleanField(default=False, help_text='cancelled or missed: the time is free again')),
                ('overlap_allowed_by', practice.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('overlap_allowed_by__isnull', True), ('released', False)), expressions=[(models.Func(models.F('clinician'), models.F('clinician'), models.Value('[]'), function='int8range'), '='), ('during', '&&')], name='clinician_in_one_place')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('appointment', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='therapy_sessions.appointment')),
                ('client', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='clients.client')),
                ('case', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='clients.case')),
                ('clinician', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='practice.clinician')),
                ('location', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='practice.location')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('served_on', models.DateField(help_text='date of service: the local date of the location')),
                ('state', practice.fields.ChoiceField(choices=[('scheduled', 'To log'), ('arrived', 'In session'), ('signed', 'Signed'), ('cancelled', 'Canceled'), ('missed', 'Missed')], default='scheduled', max_length=40)),
                ('state_changed_at', models.DateTimeField(default=practice.clock.now)),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'clinician', 'served_on'], name='session_by_day'), models.Index(fields=['practice', 'client', 'served_on'], name='session_by_client_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['scheduled', 'arrived', 'signed', 'cancelled', 'missed'])), name='session_state_known'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='session_ends_after_start'), models.UniqueConstraint(fields=('practice', 'appointment', 'client'), name='one_session_per_client')],
            },
        ),
        migrations.CreateModel(
            name='SessionEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('session', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='therapy_sessions.session')),
                ('state', practice.fields.ChoiceField(choices=[('scheduled', 'To log'), ('arrived', 'In session'), ('signed', 'Signed'), ('cancelled', 'Canceled'), ('missed', 'Missed')], max_length=40)),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ServiceLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('session', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='therapy_sessions.session')),
                ('position', models.PositiveSmallIntegerField()),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('code', models.CharField(max_length=5)),
                ('minutes', models.PositiveSmallIntegerField()),
                ('clinician', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.clinician')),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
            ],
            options={
                'ordering': ['position', 'version'],
                'constraints': [models.UniqueConstraint(fields=('practice', 'session', 'position', 'version'), name='one_line_version'), models.CheckConstraint(condition=models.Q(('minutes__lte', 1440)), name='line_minutes_in_a_day'), models.CheckConstraint(condition=models.Q(('version', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='amendment_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='NoteDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('subjective', models.TextField(blank=True, max_length=20000)),
                ('objective', models.TextField(blank=True, max_length=20000)),
                ('assessment', models.TextField(blank=True, max_length=20000)),
                ('plan', models.TextField(blank=True, max_length=20000)),
                ('session', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='therapy_sessions.session')),
                ('lines', models.JSONField(default=list, help_text='[{"code": "97110", "minutes": 33}]; minutes may be null')),
                ('saved_at', models.DateTimeField(default=practice.clock.now)),
                ('saved_by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('version', models.PositiveIntegerField(default=1, help_text='counts saves; a stale page is told so')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'session'), name='one_draft')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('subjective', models.TextField(blank=True, max_length=20000)),
                ('objective', models.TextField(blank=True, max_length=20000)),
                ('assessment', models.TextField(blank=True, max_length=20000)),
                ('plan', models.TextField(blank=True, max_length=20000)),
                ('session', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='therapy_sessions.session')),
                ('signed_at', models.DateTimeField(default=practice.clock.now)),
                ('signed_by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('signature', models.CharField(help_text='name and credentials as they were', max_length=140)),
                ('timed_minutes', models.PositiveSmallIntegerField()),
                ('total_minutes', models.PositiveSmallIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'session'), name='one_note')],
            },
        ),
        migrations.CreateModel(
            name='PlanOfCare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('case', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='clients.case')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), default=list)),
                ('frequency', models.CharField(help_text='“2×/week”', max_length=60)),
                ('certified_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='plan_ends_after_start')],
            },
        ),
        ProtectTable("Appointment"),
        ProtectTable("Booking"),
        ProtectTable("Session"),
        ProtectTable("SessionEvent", append_only=True),
        ProtectTable("ServiceLine", append_only=True),
        ProtectTable("NoteDraft", deletable=True),
        ProtectTable("Note", append_only=True),
        ProtectTable("PlanOfCare"),
    ]
