import django.db.models.deletion
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0011_imports'),
        ('practice', '0006_one_end_of_sign_ins'),
        ('therapy_sessions', '0012_rooms'),
    ]

    operations = [
        migrations.CreateModel(
            name='MeetingLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('clinician', practice.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.clinician')),
                ('url', models.CharField(blank=True, help_text='empty: none', max_length=300)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'clinician'), name='one_meeting_link_each', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('url', ''), ('url__startswith', 'https://'), _connector='OR'), name='meeting_link_is_https')],
            },
        ),
        migrations.AddField(
            model_name='session',
            name='place_of_service',
            field=models.CharField(blank=True, help_text="10 or 02: telehealth; empty: the location's. The signature fixes it", max_length=2),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('place_of_service__in', ['', '02', '10'])), name='session_place_known'),
        ),
        ProtectTable("MeetingLink"),
    ]
