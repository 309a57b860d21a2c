import django.db.models.deletion
import practice.clock
import practice.fields
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0009_write_offs'),
        ('clients', '0011_imports'),
        ('practice', '0007_feeds'),
        ('therapy_sessions', '0017_feeds'),
    ]

    operations = [
        migrations.AlterField(
            model_name='charge',
            name='clinician',
            field=practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text='null for fees of no visit', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.clinician'),
        ),
        migrations.AlterField(
            model_name='charge',
            name='location',
            field=practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text='null for fees of no visit', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.location'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('clinician__isnull', False), ('location__isnull', False)), models.Q(('kind', 'service'), _negated=True), _connector='OR'), name='service_charge_has_clinician'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'fee'), _negated=True), ('day__isnull', True), _connector='OR'), name='fee_has_no_day'),
        ),
        migrations.CreateModel(
            name='HouseFee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', practice.fields.ChoiceField(choices=[('no show', 'Missed visit'), ('late cancel', 'Late cancellation'), ('records', 'Copy of records')], max_length=40)),
                ('amount', practice.fields.MoneyField(help_text='null: the practice charges none', null=True)),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'kind'], name='house_fee_by_kind')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['no show', 'late cancel', 'records'])), name='house_fee_kind_known'),
                    models.CheckConstraint(condition=models.Q(('amount__isnull', True), ('amount__gt', 0), _connector='OR'), name='house_fee_positive'),
                ],
            },
        ),
        ProtectTable('HouseFee', append_only=True),
        migrations.CreateModel(
            name='ClientFee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', practice.fields.ChoiceField(choices=[('no show', 'Missed visit'), ('late cancel', 'Late cancellation'), ('records', 'Copy of records')], max_length=40)),
                ('key', models.CharField(max_length=100)),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('charge', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='fees', to='billing.charge')),
                ('client', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='fees', to='clients.client')),
                ('session', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text='the visit that was missed', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fees', to='therapy_sessions.session')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'client'], name='client_fee_by_client'), models.Index(fields=['practice', 'session'], name='client_fee_by_session')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['no show', 'late cancel', 'records'])), name='client_fee_kind_known'),
                    models.UniqueConstraint(fields=('practice', 'charge'), name='one_fee_of_a_charge'),
                    models.UniqueConstraint(fields=('practice', 'key'), name='one_fee_key'),
                ],
            },
        ),
        ProtectTable('ClientFee', append_only=True),
        migrations.CreateModel(
            name='SlidingFee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('percent', models.PositiveSmallIntegerField(help_text='of the usual fee that she is not asked for; 0 ends it')),
                ('yearly_income', practice.fields.MoneyField(help_text='dollars of the household; null where it ends', null=True)),
                ('household_size', models.PositiveSmallIntegerField(null=True)),
                ('proof', models.CharField(help_text='what was seen, such as a pay stub; or why it ends', max_length=120)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField()),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('client', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sliding_fees', to='clients.client')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'client'], name='sliding_fee_by_client')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('percent__lte', 100)), name='sliding_fee_percent'),
                    models.CheckConstraint(condition=models.Q(('valid_until__gte', models.F('valid_from'))), name='sliding_fee_ends_after_start'),
                    models.CheckConstraint(condition=models.Q(('percent', 0), models.Q(('household_size__gte', 1), ('yearly_income__gte', 0), ('yearly_income__isnull', False)), _connector='OR'), name='sliding_fee_has_income'),
                ],
            },
        ),
        ProtectTable('SlidingFee', append_only=True),
    ]
