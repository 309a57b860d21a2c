import django.contrib.postgres.fields
import django.db.models.deletion
import practice.fields
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('practice', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('first_name', models.CharField(max_length=35)),
                ('last_name', models.CharField(max_length=60)),
                ('street', models.CharField(blank=True, max_length=55)),
                ('city', models.CharField(blank=True, max_length=30)),
                ('state', models.CharField(blank=True, max_length=2)),
                ('zip', models.CharField(blank=True, max_length=9, verbose_name='ZIP')),
                ('phone', models.CharField(blank=True, max_length=10)),
                ('email', models.EmailField(blank=True, max_length=254)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('number', models.BigIntegerField()),
                ('first_name', models.CharField(max_length=35)),
                ('last_name', models.CharField(max_length=60)),
                ('birth_on', models.DateField()),
                ('sex', practice.fields.ChoiceField(choices=[('F', 'Female'), ('M', 'Male'), ('U', 'Unknown')], max_length=1)),
                ('street', models.CharField(blank=True, max_length=55)),
                ('city', models.CharField(blank=True, max_length=30)),
                ('state', models.CharField(blank=True, max_length=2)),
                ('zip', models.CharField(blank=True, max_length=9, verbose_name='ZIP')),
                ('phone', models.CharField(blank=True, max_length=10)),
                ('guarantor', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text="who owes the client's share", on_delete=django.db.models.deletion.PROTECT, related_name='guarantees', to='clients.contact')),
                ('active', models.BooleanField(default=True)),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'last_name', 'first_name'], name='client_by_name')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'number'), name='one_chart_number'), models.CheckConstraint(condition=models.Q(('sex__in', ['F', 'M', 'U'])), name='client_sex_known')],
            },
        ),
        migrations.CreateModel(
            name='ClientContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('client', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contact_links', to='clients.client')),
                ('contact', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='client_links', to='clients.contact')),
                ('relation', models.CharField(help_text='mother, father, spouse, self …', max_length=20)),
                ('guardian', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'client', 'contact'), name='one_contact_link')],
            },
        ),
        migrations.CreateModel(
            name='CareTeam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('client', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='care_team', to='clients.client')),
                ('clinician', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='caseload', to='practice.clinician')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'client', 'clinician'), name='one_care_team_row')],
            },
        ),
        migrations.CreateModel(
            name='Payer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('name', models.CharField(max_length=60)),
                ('short_name', models.CharField(max_length=20)),
                ('payer_id', models.CharField(help_text='the number its clearinghouse knows it by', max_length=20, verbose_name='payer ID')),
                ('plan_type', practice.fields.ChoiceField(choices=[('medicare', 'Medicare Part B'), ('medicaid', 'Medicaid'), ('blue_cross', 'Blue Cross Blue Shield'), ('commercial', 'Commercial'), ('tricare', 'TRICARE')], max_length=40)),
                ('unit_rule', practice.fields.ChoiceField(choices=[('cms', 'Medicare 8-minute rule'), ('midpoint', 'Each code alone, past its midpoint')], max_length=40)),
                ('filing_days', models.PositiveIntegerField(help_text='days from the session until a claim comes too late')),
                ('member_id_pattern', models.CharField(blank=True, help_text='regular expression a member ID matches', max_length=80)),
                ('member_id_hint', models.CharField(blank=True, help_text='the same in words', max_length=80)),
                ('needs_therapy_modifier', models.BooleanField(default=False, help_text='GO, GP or GN on each line')),
                ('needs_assistant_modifier', models.BooleanField(default=False, help_text="CO or CQ for an assistant's work")),
                ('needs_authorization', models.BooleanField(default=False)),
                ('needs_referrer', models.BooleanField(default=False)),
                ('needs_plan_of_care', models.BooleanField(default=False)),
                ('distinct_pairs', django.contrib.postgres.fields.ArrayField(base_field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), size=2), blank=True, default=list, help_text='pairs of codes the payer pays together only when the second carries 59')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'payer_id'), name='one_payer_id'), models.CheckConstraint(condition=models.Q(('plan_type__in', ['medicare', 'medicaid', 'blue_cross', 'commercial', 'tricare'])), name='payer_plan_type_known'), models.CheckConstraint(condition=models.Q(('unit_rule__in', ['cms', 'midpoint'])), name='payer_unit_rule_known')],
            },
        ),
        migrations.CreateModel(
            name='Coverage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('client', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='coverages', to='clients.client')),
                ('payer', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='coverages', to='clients.payer')),
                ('rank', models.PositiveSmallIntegerField(default=1, help_text='1 pays first')),
                ('member_id', models.CharField(max_length=30, verbose_name='member ID')),
                ('group_number', models.CharField(blank=True, max_length=30)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('relation', practice.fields.ChoiceField(choices=[('18', 'self'), ('01', 'spouse'), ('19', 'child'), ('G8', 'other')], default='18', max_length=40)),
                ('subscriber', practice.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subscribes', to='clients.contact')),
                ('subscriber_birth_on', models.DateField(blank=True, null=True)),
                ('subscriber_sex', practice.fields.ChoiceField(blank=True, choices=[('F', 'Female'), ('M', 'Male'), ('U', 'Unknown')], max_length=1)),
                ('copay', practice.fields.MoneyField(blank=True, help_text='fixed amount per visit; moved to the client at once', null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('relation__in', ['18', '01', '19', 'G8'])), name='coverage_relation_known'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='coverage_ends_after_start'), models.CheckConstraint(condition=models.Q(('relation', '18'), ('subscriber__isnull', False), _connector='OR'), name='coverage_has_subscriber'), models.CheckConstraint(condition=models.Q(('copay__isnull', True), ('copay__gt', 0), _connector='OR'), name='coverage_copay_positive')],
            },
        ),
        migrations.CreateModel(
            name='Referrer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('first_name', models.CharField(max_length=35)),
                ('last_name', models.CharField(max_length=60)),
                ('npi', models.CharField(max_length=10, verbose_name='NPI')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('client', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='clients.client')),
                ('discipline', practice.fields.ChoiceField(choices=[('OT', 'Occupational therapy'), ('PT', 'Physical therapy'), ('SLP', 'Speech therapy'), ('MH', 'Mental health')], max_length=40)),
                ('complaint', models.CharField(help_text="in the words of the day's list: “Stroke, left side weakness”", max_length=80)),
                ('onset_on', models.DateField(blank=True, null=True)),
                ('referrer', practice.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='clients.referrer')),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('discipline__in', ['OT', 'PT', 'SLP', 'MH'])), name='case_discipline_known')],
            },
        ),
        migrations.CreateModel(
            name='Diagnosis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('case', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='diagnoses', to='clients.case')),
                ('position', models.PositiveSmallIntegerField()),
                ('code', models.CharField(help_text='with the dot, as people write it', max_length=8)),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('practice', 'case', 'position'), name='one_diagnosis_position')],
            },
        ),
        migrations.CreateModel(
            name='Authorization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('case', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='authorizations', to='clients.case')),
                ('coverage', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='authorizations', to='clients.coverage')),
                ('number', models.CharField(max_length=50)),
                ('visits', models.PositiveIntegerField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('visits__gt', 0)), name='authorization_visits_positive'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='authorization_ends_after_start')],
            },
        ),
        ProtectTable("Contact"),
        ProtectTable("Client"),
        ProtectTable("ClientContact", deletable=True),
        ProtectTable("CareTeam", deletable=True),
        ProtectTable("Payer"),
        ProtectTable("Coverage"),
        ProtectTable("Referrer"),
        ProtectTable("Case"),
        ProtectTable("Diagnosis", deletable=True),
        ProtectTable("Authorization"),
    ]
