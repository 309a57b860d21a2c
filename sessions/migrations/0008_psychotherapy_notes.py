import django.db.models.deletion
import practice.clock
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0006_one_end_of_sign_ins'),
        ('therapy_sessions', '0007_calendar'),
    ]

    operations = [
        migrations.CreateModel(
            name='PsychotherapyNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, max_length=20000)),
                ('created_at', models.DateTimeField(default=practice.clock.now)),
                ('changed_at', models.DateTimeField(default=practice.clock.now)),
                ('version', models.PositiveIntegerField(default=1, help_text='counts saves; a stale page is told so')),
                ('author', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('session', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='psychotherapy_notes', to='therapy_sessions.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'session', 'author'), name='one_psychotherapy_note')],
            },
        ),
        ProtectTable("PsychotherapyNote", private_to="author"),
    ]
