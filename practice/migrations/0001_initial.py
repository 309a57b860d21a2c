import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import practice.clock
import practice.fields
import practice.tenancy
from django.conf import settings
from django.db import migrations, models

from practice.tenancy import REFUSE_CHANGE, ProtectTable, grant_defaults


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.RunSQL(grant_defaults(), migrations.RunSQL.noop),
        migrations.RunSQL(REFUSE_CHANGE, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Practice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=100)),
                ('zone', models.CharField(default='America/Chicago', max_length=40)),
                ('active', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('first_name', models.CharField(max_length=35)),
                ('last_name', models.CharField(max_length=60)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_once')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='practice.practice')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=practice.fields.ChoiceField(choices=[('owner', 'Owner'), ('therapist', 'Therapist'), ('biller', 'Billing'), ('scheduler', 'Front desk')], max_length=40))),
                ('active', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'user'), name='one_membership'), models.UniqueConstraint(fields=('practice', 'id'), name='one_practice_membership'), models.CheckConstraint(condition=models.Q(('roles__contained_by', ['owner', 'therapist', 'biller', 'scheduler']), ('roles__len__gt', 0)), name='membership_roles_known')],
            },
        ),
        migrations.CreateModel(
            name='PracticeProfile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('legal_name', models.CharField(max_length=60)),
                ('npi', models.CharField(max_length=10, verbose_name='NPI')),
                ('tax_id', models.CharField(help_text='EIN, nine digits', max_length=9, verbose_name='tax ID')),
                ('taxonomy', models.CharField(max_length=10)),
                ('street', models.CharField(max_length=55)),
                ('city', models.CharField(max_length=30)),
                ('state', models.CharField(max_length=2)),
                ('zip', models.CharField(help_text='with the four added digits', max_length=9, verbose_name='ZIP')),
                ('phone', models.CharField(max_length=10)),
                ('email', models.EmailField(max_length=254)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice',), name='one_profile')],
            },
        ),
        migrations.CreateModel(
            name='Location',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('name', models.CharField(max_length=60)),
                ('street', models.CharField(max_length=55)),
                ('city', models.CharField(max_length=30)),
                ('state', models.CharField(max_length=2)),
                ('zip', models.CharField(max_length=9, verbose_name='ZIP')),
                ('zone', models.CharField(max_length=40)),
                ('place_of_service', models.CharField(default='11', max_length=2)),
                ('npi', models.CharField(blank=True, max_length=10, verbose_name='NPI')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Clinician',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('member', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='clinician_rows', to='practice.membership')),
                ('discipline', practice.fields.ChoiceField(choices=[('OT', 'Occupational therapy'), ('PT', 'Physical therapy'), ('SLP', 'Speech therapy'), ('MH', 'Mental health')], max_length=40)),
                ('assistant', models.BooleanField(default=False)),
                ('credentials', models.CharField(max_length=20)),
                ('npi', models.CharField(blank=True, max_length=10, verbose_name='NPI')),
                ('taxonomy', models.CharField(max_length=10)),
                ('supervisor', practice.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supervises', to='practice.clinician')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'member'), name='one_clinician'), models.CheckConstraint(condition=models.Q(('discipline__in', ['OT', 'PT', 'SLP', 'MH'])), name='clinician_discipline_known'), models.CheckConstraint(condition=models.Q(('assistant', False), ('supervisor__isnull', False), _connector='OR'), name='assistant_has_supervisor')],
            },
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('name', models.CharField(max_length=40)),
                ('next', models.BigIntegerField(default=1)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'name'), name='one_counter')],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('member', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('verb', models.CharField(max_length=60)),
                ('target', models.CharField(max_length=60)),
                ('target_id', models.BigIntegerField(null=True)),
                ('client_id', models.BigIntegerField(null=True)),
                ('detail', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['practice', '-at'], name='audit_by_time')],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('key', models.CharField(max_length=80)),
                ('member', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('content', models.CharField(help_text='SHA-256 of method, path and body', max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('answer', models.JSONField()),
                ('at', models.DateTimeField(default=practice.clock.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'key'), name='one_idempotency_key')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='jobs', to='practice.practice')),
                ('kind', models.CharField(max_length=60)),
                ('target_id', models.BigIntegerField(null=True)),
                ('key', models.CharField(max_length=120)),
                ('on_unknown', practice.fields.ChoiceField(choices=[('repeat', 'The other side honours our key: do it again'), ('look', 'Ask the other side first'), ('ask', 'Ask a person')], max_length=40)),
                ('state', practice.fields.ChoiceField(choices=[('due', 'Due'), ('leased', 'Leased'), ('committing', 'Committing'), ('unknown', 'Unknown'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='due', max_length=40)),
                ('rung', models.IntegerField(default=1)),
                ('run_at', models.DateTimeField()),
                ('lease', models.UUIDField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('attempts', models.IntegerField(default=0)),
                ('error', models.CharField(blank=True, help_text='class of the last error; never its text', max_length=60)),
                ('progress', models.IntegerField(default=0)),
                ('total', models.IntegerField(default=0)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['due', 'leased', 'committing', 'unknown'])), fields=['run_at'], name='job_open')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'key'), name='one_job'), models.CheckConstraint(condition=models.Q(('state__in', ['due', 'leased', 'committing', 'unknown', 'done', 'failed', 'cancelled'])), name='job_state_known'), models.CheckConstraint(condition=models.Q(('on_unknown__in', ['repeat', 'look', 'ask'])), name='job_on_unknown_known')],
            },
        ),
        ProtectTable("PracticeProfile"),
        ProtectTable("Location"),
        ProtectTable("Clinician"),
        ProtectTable("Counter"),
        ProtectTable("AuditEvent", append_only=True),
        ProtectTable("IdempotencyKey"),
    ]
