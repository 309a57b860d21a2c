import django.db.models.deletion
import practice.clock
import practice.fields
import practice.tenancy
from django.db import migrations, models

from billing.guards import GUARDS
from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('clients', '0001_initial'),
        ('practice', '0001_initial'),
        ('therapy_sessions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='FeeSchedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('code', models.CharField(max_length=5)),
                ('fee', practice.fields.MoneyField(help_text='dollars a unit')),
                ('starts_on', models.DateField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'code', 'starts_on'), name='one_fee'), models.CheckConstraint(condition=models.Q(('fee__gt', 0)), name='fee_positive')],
            },
        ),
        migrations.CreateModel(
            name='BillingDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('client', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='billing_days', to='clients.client')),
                ('served_on', models.DateField()),
                ('discipline', practice.fields.ChoiceField(choices=[('OT', 'Occupational therapy'), ('PT', 'Physical therapy'), ('SLP', 'Speech therapy'), ('MH', 'Mental health')], max_length=40)),
                ('coverage', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text='null: self-pay', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='billing_days', to='clients.coverage')),
                ('case', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='billing_days', to='clients.case')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'client', 'served_on', 'discipline', 'coverage'), name='one_billing_day', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('discipline__in', ['OT', 'PT', 'SLP', 'MH'])), name='billing_day_discipline_known')],
            },
        ),
        migrations.CreateModel(
            name='DayLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('day', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='day_lines', to='billing.billingday')),
                ('line', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='day_lines', to='therapy_sessions.serviceline')),
                ('taken_at', models.DateTimeField(default=practice.clock.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'line'), name='one_day_line')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('kind', models.CharField(max_length=30)),
                ('key', models.CharField(max_length=120)),
                ('fingerprint', models.CharField(max_length=64)),
                ('posted_on', models.DateField()),
                ('made_at', models.DateTimeField(default=practice.clock.now)),
                ('by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text='null: the house itself', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('memo', models.CharField(blank=True, max_length=200)),
                ('entry_count', models.PositiveSmallIntegerField()),
                ('reverses', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='billing.posting')),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'posted_on'], name='posting_by_day')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'key'), name='one_posting_key'), models.UniqueConstraint(fields=('practice', 'reverses'), name='one_reversal'), models.CheckConstraint(condition=models.Q(('entry_count__gte', 2)), name='posting_has_entries')],
            },
        ),
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('kind', practice.fields.ChoiceField(choices=[('service', 'Service'), ('fee', 'Fee'), ('product', 'Product')], default='service', max_length=40)),
                ('client', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='clients.client')),
                ('day', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text='null for fees and products', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='billing.billingday')),
                ('served_on', models.DateField()),
                ('code', models.CharField(max_length=5)),
                ('clinician', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.clinician')),
                ('location', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.location')),
                ('units', models.PositiveSmallIntegerField()),
                ('minutes', models.PositiveSmallIntegerField()),
                ('amount', practice.fields.MoneyField()),
                ('made_at', models.DateTimeField(default=practice.clock.now)),
                ('reversed_by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.posting')),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'served_on'], name='charge_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['service', 'fee', 'product'])), name='charge_kind_known'), models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('units__gt', 0)), name='charge_positive'), models.CheckConstraint(condition=models.Q(('day__isnull', False), models.Q(('kind', 'service'), _negated=True), _connector='OR'), name='service_charge_has_day'), models.UniqueConstraint(condition=models.Q(('reversed_by__isnull', True)), fields=('practice', 'day', 'code', 'clinician', 'location'), name='one_live_charge')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('posting', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='billing.posting')),
                ('account', practice.fields.ChoiceField(max_length=40)),
                ('reason', models.CharField(max_length=30)),
                ('amount', practice.fields.MoneyField()),
                ('charge', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='billing.charge')),
                ('coverage', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='clients.coverage')),
                ('contact', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='clients.contact')),
                ('payer', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='clients.payer')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('account__in', ['receivable', 'income', 'adjustment', 'in_transit', 'bank', 'credit', 'payer_balance', 'expense', 'opening_balance'])), name='entry_account_known'), models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='entry_not_zero'), models.CheckConstraint(condition=models.Q(models.Q(('account', 'receivable'), _negated=True), models.Q(('charge__isnull', False), ('contact__isnull', True), ('coverage__isnull', False), ('payer__isnull', True)), models.Q(('charge__isnull', False), ('contact__isnull', False), ('coverage__isnull', True), ('payer__isnull', True)), _connector='OR'), name='receivable_names_charge_and_debtor'), models.CheckConstraint(condition=models.Q(models.Q(('account', 'credit'), _negated=True), models.Q(('charge__isnull', True), ('contact__isnull', False), ('coverage__isnull', True), ('payer__isnull', True)), models.Q(('charge__isnull', True), ('contact__isnull', True), ('coverage__isnull', True), ('payer__isnull', False)), _connector='OR'), name='credit_names_holder')],
            },
        ),
        migrations.CreateModel(
            name='OpenItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('account', practice.fields.ChoiceField(max_length=40)),
                ('charge', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='open_items', to='billing.charge')),
                ('coverage', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='open_items', to='clients.coverage')),
                ('contact', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='open_items', to='clients.contact')),
                ('payer', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='open_items', to='clients.payer')),
                ('balance', practice.fields.MoneyField()),
                ('since_on', models.DateField()),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('balance', 0), _negated=True), fields=['practice', 'account', 'coverage'], name='open_by_coverage'), models.Index(condition=models.Q(('balance', 0), _negated=True), fields=['practice', 'account', 'contact'], name='open_by_contact')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'account', 'charge', 'coverage', 'contact', 'payer'), name='one_open_item', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('account__in', ['receivable', 'credit'])), name='open_item_account_known')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('contact', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='clients.contact')),
                ('amount', practice.fields.MoneyField()),
                ('method', practice.fields.ChoiceField(choices=[('check', 'Check'), ('cash', 'Cash'), ('card', 'Card terminal')], max_length=40)),
                ('reference', models.CharField(blank=True, max_length=40)),
                ('received_on', models.DateField()),
                ('posting', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.posting')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('method__in', ['check', 'cash', 'card'])), name='payment_method_known'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_positive'), models.UniqueConstraint(fields=('practice', 'posting'), name='one_payment_posting')],
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('number', models.BigIntegerField()),
                ('contact', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='clients.contact')),
                ('invoiced_on', models.DateField()),
                ('due_on', models.DateField()),
                ('total', practice.fields.MoneyField()),
                ('made_at', models.DateTimeField(default=practice.clock.now)),
                ('made_by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'due_on'], name='invoice_by_due')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'number'), name='one_invoice_number'), models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('invoiced_on'))), name='invoice_due_after_made')],
            },
        ),
        migrations.CreateModel(
            name='InvoiceLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('invoice', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.invoice')),
                ('entry', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='invoice_lines', to='billing.entry')),
                ('charge', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='invoice_lines', to='billing.charge')),
                ('charged', practice.fields.MoneyField()),
                ('insurance_paid', practice.fields.MoneyField()),
                ('plan_discount', practice.fields.MoneyField()),
                ('owed', practice.fields.MoneyField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'entry'), name='entry_on_one_invoice')],
            },
        ),
        ProtectTable("FeeSchedule"),
        ProtectTable("BillingDay"),
        ProtectTable("DayLine", append_only=True),
        ProtectTable("Posting", append_only=True),
        ProtectTable("Charge"),
        ProtectTable("Entry", append_only=True),
        ProtectTable("OpenItem"),
        ProtectTable("Payment", append_only=True),
        ProtectTable("Invoice", append_only=True),
        ProtectTable("InvoiceLine", append_only=True),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
