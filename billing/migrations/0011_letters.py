import django.core.serializers.json
import django.db.models.deletion
import practice.clock
import practice.fields
import practice.tenancy
from django.db import migrations, models

from billing.letters.guards import ONLY_VOIDED, may_be_voided
from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0010_discounts'),
        ('clients', '0011_imports'),
        ('practice', '0007_feeds'),
    ]

    operations = [
        migrations.CreateModel(
            name='CreditNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('total', practice.fields.MoneyField()),
                ('noted_on', models.DateField()),
                ('reason', models.CharField(max_length=200)),
                ('key', models.CharField(max_length=100)),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('invoice', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='billing.invoice')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'number'), name='one_credit_note_number'), models.UniqueConstraint(fields=('practice', 'invoice'), name='one_credit_note'), models.UniqueConstraint(fields=('practice', 'key'), name='one_credit_note_key'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='credit_note_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='GoodFaithEstimate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('given_on', models.DateField()),
                ('asked_on', models.DateField(help_text='the day the visit was booked, or the client asked')),
                ('requested', models.BooleanField(default=False, help_text='the client asked; else it is for a visit booked')),
                ('due_on', models.DateField(help_text='the last day to give it; null: no duty', null=True)),
                ('starts_on', models.DateField(help_text='the first visit')),
                ('ends_on', models.DateField()),
                ('frequency', models.CharField(max_length=60)),
                ('total', practice.fields.MoneyField()),
                ('printed', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('key', models.CharField(max_length=100)),
                ('made_at', models.DateTimeField(default=practice.clock.now)),
                ('case', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='clients.case')),
                ('client', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='clients.client')),
                ('clinician', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.clinician')),
                ('location', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.location')),
                ('made_by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'number'), name='one_estimate_number'), models.UniqueConstraint(fields=('practice', 'key'), name='one_estimate_key'), models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='estimate_positive'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='estimate_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('stated_on', models.DateField()),
                ('due_on', models.DateField()),
                ('first_on', models.DateField(help_text='the first visit on it')),
                ('last_on', models.DateField(help_text='the last')),
                ('owed', practice.fields.MoneyField()),
                ('credit', practice.fields.MoneyField(help_text='held for the person, shown apart')),
                ('printed', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('key', models.CharField(max_length=100)),
                ('made_at', models.DateTimeField(default=practice.clock.now)),
                ('contact', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='clients.contact')),
                ('made_by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text='null: the house itself', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'number'), name='one_statement_number'), models.UniqueConstraint(fields=('practice', 'key'), name='one_statement_key'), models.CheckConstraint(condition=models.Q(('credit__gte', 0), ('owed__gt', 0)), name='statement_owes_something'), models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('stated_on'))), name='statement_due_after_made'), models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='statement_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Superbill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('made_on', models.DateField()),
                ('charged', practice.fields.MoneyField()),
                ('paid', practice.fields.MoneyField()),
                ('printed', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('key', models.CharField(max_length=100)),
                ('made_at', models.DateTimeField(default=practice.clock.now)),
                ('client', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='superbills', to='clients.client')),
                ('made_by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'number'), name='one_superbill_number'), models.UniqueConstraint(fields=('practice', 'key'), name='one_superbill_key'), models.CheckConstraint(condition=models.Q(('charged__gt', 0), ('paid__gte', 0)), name='superbill_charges_something')],
            },
        ),
        migrations.CreateModel(
            name='SuperbillLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('charged', practice.fields.MoneyField()),
                ('paid', practice.fields.MoneyField()),
                ('voided', models.BooleanField(default=False)),
                ('charge', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='superbill_lines', to='billing.charge')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('superbill', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.superbill')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('voided', False)), fields=('practice', 'charge'), name='charge_on_one_superbill')],
            },
        ),
        migrations.CreateModel(
            name='SuperbillVoid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('superbill', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='voids', to='billing.superbill')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'superbill'), name='one_superbill_void'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='superbill_void_has_reason')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='invoiceline',
            name='entry_on_one_invoice',
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='voided',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='invoiceline',
            constraint=models.UniqueConstraint(condition=models.Q(('voided', False)), fields=('practice', 'entry'), name='entry_on_one_invoice'),
        ),
        ProtectTable('CreditNote', append_only=True),
        ProtectTable('Superbill', append_only=True),
        ProtectTable('SuperbillVoid', append_only=True),
        ProtectTable('SuperbillLine', append_only=True),
        ProtectTable('Statement', append_only=True),
        ProtectTable('GoodFaithEstimate', append_only=True),
        migrations.RunSQL(
            [
                ONLY_VOIDED,
                *may_be_voided('billing_invoiceline', 'billing_creditnote', 'invoice_id'),
                *may_be_voided('billing_superbillline', 'billing_superbillvoid', 'superbill_id'),
            ],
            migrations.RunSQL.noop,
        ),
    ]
