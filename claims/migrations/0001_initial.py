import django.db.models.deletion
import practice.clock
import practice.fields
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('billing', '0001_initial'),
        ('clients', '0001_initial'),
        ('practice', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='TradingPartner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('name', models.CharField(max_length=60)),
                ('transport', practice.fields.ChoiceField(choices=[('sandbox', 'Sandbox payer'), ('folder', 'Watched folder')], max_length=40)),
                ('submitter_id', models.CharField(max_length=15)),
                ('receiver_id', models.CharField(max_length=15)),
                ('usage', models.CharField(default='T', help_text='ISA15: T test, P production', max_length=1)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('transport__in', ['sandbox', 'folder'])), name='partner_transport_known'), models.CheckConstraint(condition=models.Q(('usage__in', ['T', 'P'])), name='partner_usage_known'), models.UniqueConstraint(fields=('practice', 'receiver_id'), name='one_partner')],
            },
        ),
        migrations.CreateModel(
            name='Interchange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('partner', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='interchanges', to='claims.tradingpartner')),
                ('direction', practice.fields.ChoiceField(choices=[('out', 'Out'), ('in', 'In')], max_length=40)),
                ('state', practice.fields.ChoiceField(choices=[('queued', 'Queued'), ('written', 'Written'), ('sent', 'Sent'), ('cancelled', 'Taken back'), ('failed', 'Stopped'), ('received', 'Received'), ('read', 'Read'), ('quarantined', 'Set aside')], max_length=40)),
                ('control_number', models.BigIntegerField(help_text='ISA13', null=True)),
                ('file_name', models.CharField(max_length=100)),
                ('body', models.BinaryField(null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('made_at', models.DateTimeField(default=practice.clock.now)),
                ('made_by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('sent_at', models.DateTimeField(null=True)),
                ('trouble', models.CharField(blank=True, help_text='why it was stopped or set aside', max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('direction__in', ['out', 'in'])), name='interchange_direction_known'), models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'written', 'sent', 'cancelled', 'failed', 'received', 'read', 'quarantined'])), name='interchange_state_known'), models.UniqueConstraint(condition=models.Q(('direction', 'out')), fields=('practice', 'partner', 'control_number'), name='one_control_number'), models.UniqueConstraint(condition=models.Q(('direction', 'in')), fields=('practice', 'sha256'), name='one_inbound_file'), models.CheckConstraint(condition=models.Q(('body__isnull', False), ('state__in', ['queued', 'cancelled']), _connector='OR'), name='interchange_has_bytes')],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('number', models.BigIntegerField()),
                ('day', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='billing.billingday')),
                ('client', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='clients.client')),
                ('case', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='clients.case')),
                ('coverage', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='clients.coverage')),
                ('payer', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='clients.payer')),
                ('clinician', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text='rendering', on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='practice.clinician')),
                ('location', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.location')),
                ('authorization', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='clients.authorization')),
                ('served_on', models.DateField()),
                ('total', practice.fields.MoneyField()),
                ('frequency', models.CharField(default='1', help_text='CLM05-3: 1 original, 7 replacement', max_length=1)),
                ('replaces', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='claims.claim')),
                ('delivery', practice.fields.ChoiceField(choices=[('made', 'To submit'), ('queued', 'Queued'), ('sent', 'Sent'), ('received', 'Received'), ('accepted', 'Accepted'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='made', max_length=40)),
                ('decision', practice.fields.ChoiceField(choices=[('none', 'Waiting'), ('paid', 'Paid'), ('part_denied', 'Part denied'), ('denied', 'Denied')], default='none', max_length=40)),
                ('held', models.BooleanField(default=False)),
                ('interchange', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='claims.interchange')),
                ('payer_claim_number', models.CharField(blank=True, max_length=50)),
                ('findings', models.JSONField(default=list)),
                ('worst', models.CharField(blank=True, help_text='gravest severity; empty when clean', max_length=20)),
                ('checked_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField(default=practice.clock.now)),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'delivery', 'decision'], name='claim_by_state')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'number'), name='one_claim_number'), models.CheckConstraint(condition=models.Q(('delivery__in', ['made', 'queued', 'sent', 'received', 'accepted', 'rejected', 'withdrawn'])), name='claim_delivery_known'), models.CheckConstraint(condition=models.Q(('decision__in', ['none', 'paid', 'part_denied', 'denied'])), name='claim_decision_known'), models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='claim_total_positive'), models.CheckConstraint(condition=models.Q(models.Q(('delivery__in', ['made', 'withdrawn']), ('interchange__isnull', True)), models.Q(('interchange__isnull', False), models.Q(('delivery__in', ['made', 'withdrawn']), _negated=True)), _connector='OR'), name='claim_travels_in_one_file')],
            },
        ),
        migrations.CreateModel(
            name='ClaimLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('claim', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='claims.claim')),
                ('position', models.PositiveSmallIntegerField()),
                ('charge', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='claim_lines', to='billing.charge')),
                ('control', models.CharField(max_length=30)),
                ('code', models.CharField(max_length=5)),
                ('modifiers', models.JSONField(default=list)),
                ('units', models.PositiveSmallIntegerField()),
                ('amount', practice.fields.MoneyField()),
                ('live', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('practice', 'claim', 'position'), name='one_claim_position'), models.UniqueConstraint(fields=('practice', 'control'), name='one_line_control'), models.UniqueConstraint(condition=models.Q(('live', True)), fields=('practice', 'charge'), name='charge_on_one_live_claim')],
            },
        ),
        migrations.CreateModel(
            name='ClaimEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('claim', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='claims.claim')),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('what', models.CharField(max_length=30)),
                ('detail', models.CharField(blank=True, max_length=200)),
                ('interchange', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claim_events', to='claims.interchange')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('interchange', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text='the file it came in', on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='claims.interchange')),
                ('answers', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text='our file it speaks of', on_delete=django.db.models.deletion.PROTECT, related_name='answered_by', to='claims.interchange')),
                ('kind', practice.fields.ChoiceField(choices=[('999', '999 file acknowledgement'), ('277CA', '277CA claim acknowledgement')], max_length=40)),
                ('accepted', models.PositiveIntegerField()),
                ('rejected', models.PositiveIntegerField()),
                ('at', models.DateTimeField(default=practice.clock.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['999', '277CA'])), name='acknowledgement_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Remittance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('interchange', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='remittances', to='claims.interchange')),
                ('payer', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='remittances', to='clients.payer')),
                ('payer_name', models.CharField(max_length=60)),
                ('trace', models.CharField(help_text='TRN02', max_length=50)),
                ('amount', practice.fields.MoneyField(help_text='BPR02')),
                ('paid_on', models.DateField(help_text='BPR16')),
                ('fingerprint', models.CharField(help_text='SHA-256 of payer, trace, date, amount and segments', max_length=64)),
                ('state', practice.fields.ChoiceField(choices=[('ready', 'Ready to post'), ('posted', 'Posted'), ('held', 'Needs you')], max_length=40)),
                ('trouble', models.CharField(blank=True, max_length=200)),
                ('provider_adjustments', models.JSONField(default=list, help_text='PLB: [[code, reference, amount]]')),
                ('posted_at', models.DateTimeField(null=True)),
                ('posted_on', models.DateField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'fingerprint'), name='one_remittance'), models.CheckConstraint(condition=models.Q(('state__in', ['ready', 'posted', 'held'])), name='remittance_state_known')],
            },
        ),
        migrations.CreateModel(
            name='RemittanceClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('remittance', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='claims.remittance')),
                ('position', models.PositiveIntegerField()),
                ('claim', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='remittance_claims', to='claims.claim')),
                ('control', models.CharField(help_text='CLP01, our number as the payer kept it', max_length=38)),
                ('status', models.CharField(help_text='CLP02', max_length=2)),
                ('charge', practice.fields.MoneyField()),
                ('paid', practice.fields.MoneyField()),
                ('client_share', practice.fields.MoneyField(help_text='sum of PR adjustments')),
                ('payer_claim_number', models.CharField(blank=True, max_length=50)),
                ('adjustments', models.JSONField(default=list, help_text='claim level: [[group, reason, amount]]')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='RemittanceLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('remittance_claim', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='claims.remittanceclaim')),
                ('position', models.PositiveIntegerField()),
                ('line', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='remittance_lines', to='claims.claimline')),
                ('control', models.CharField(blank=True, max_length=50)),
                ('code', models.CharField(max_length=10)),
                ('units', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('charge', practice.fields.MoneyField()),
                ('allowed', practice.fields.MoneyField(null=True)),
                ('paid', practice.fields.MoneyField()),
                ('adjustments', models.JSONField(default=list, help_text='[[group, reason, amount]]')),
                ('remarks', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        ProtectTable("TradingPartner"),
        ProtectTable("Interchange"),
        ProtectTable("Claim"),
        ProtectTable("ClaimLine"),
        ProtectTable("ClaimEvent", append_only=True),
        ProtectTable("Acknowledgement", append_only=True),
        ProtectTable("Remittance"),
        ProtectTable("RemittanceClaim"),
        ProtectTable("RemittanceLine"),
    ]
