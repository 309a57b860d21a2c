import django.db.models.deletion
import practice.fields
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0006_telehealth'),
        ('clients', '0011_imports'),
        ('practice', '0007_feeds'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='feeschedule', name='one_fee'),
        migrations.AddField(
            model_name='feeschedule',
            name='location',
            field=practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text='null: everywhere else', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fees', to='practice.location'),
        ),
        migrations.AddConstraint(
            model_name='feeschedule',
            constraint=models.UniqueConstraint(fields=('practice', 'code', 'starts_on', 'location'), name='one_fee', nulls_distinct=False),
        ),
        ProtectTable('FeeSchedule'),
        migrations.CreateModel(
            name='ContractRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=5)),
                ('rate', practice.fields.MoneyField(help_text='dollars a unit')),
                ('starts_on', models.DateField()),
                ('location', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text='null: everywhere else', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='practice.location')),
                ('payer', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='clients.payer')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('practice', 'payer', 'code', 'starts_on', 'location'), name='one_contract_rate', nulls_distinct=False),
                    models.CheckConstraint(condition=models.Q(('rate__gt', 0)), name='contract_rate_positive'),
                ],
            },
        ),
        ProtectTable('ContractRate'),
    ]
