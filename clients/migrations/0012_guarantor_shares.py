import django.contrib.postgres.fields
import django.db.models.deletion
import practice.clock
import practice.fields
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0011_imports'),
        ('practice', '0007_feeds'),
    ]

    operations = [
        migrations.AddField(
            model_name='coverage',
            name='qmb',
            field=models.BooleanField(default=False, help_text="a Qualified Medicare Beneficiary: never asked for Medicare's cost share"),
        ),
        migrations.CreateModel(
            name='GuarantorShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('rule', practice.fields.ChoiceField(choices=[('whole', 'One guarantor owes all of it'), ('percent', 'By percent'), ('amount', 'A fixed amount of each visit, the other the rest'), ('service', 'By service')], max_length=40)),
                ('percent', models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ('amount', practice.fields.MoneyField(null=True)),
                ('codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), default=list, help_text='services the first person pays')),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('client', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='guarantor_shares', to='clients.client')),
                ('first', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='first_shares', to='clients.contact')),
                ('other', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='other_shares', to='clients.contact')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'client'], name='share_by_client')],
                'constraints': [models.CheckConstraint(condition=models.Q(('rule__in', ['whole', 'percent', 'amount', 'service'])), name='guarantor_share_rule_known'), models.CheckConstraint(condition=models.Q(models.Q(('first__isnull', True), ('other__isnull', True), ('rule', 'whole')), models.Q(models.Q(('rule', 'whole'), _negated=True), ('first__isnull', False), ('other__isnull', False), models.Q(('first', models.F('other')), _negated=True)), _connector='OR'), name='guarantor_share_names_two'), models.CheckConstraint(condition=models.Q(models.Q(('rule', 'percent'), _negated=True), models.Q(('percent__gt', 0), ('percent__isnull', False), ('percent__lt', 100)), _connector='OR'), name='guarantor_share_percent'), models.CheckConstraint(condition=models.Q(models.Q(('rule', 'amount'), _negated=True), models.Q(('amount__gt', 0), ('amount__isnull', False)), _connector='OR'), name='guarantor_share_amount'), models.CheckConstraint(condition=models.Q(models.Q(('rule', 'service'), _negated=True), ('codes__len__gt', 0), _connector='OR'), name='guarantor_share_codes')],
            },
        ),
        ProtectTable('GuarantorShare', append_only=True),
    ]
