import django.db.models.deletion
import practice.clock
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0006_one_end_of_sign_ins'),
        ('therapy_sessions', '0008_psychotherapy_notes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Addendum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=5000)),
                ('signed_at', models.DateTimeField(default=practice.clock.now)),
                ('signature', models.CharField(help_text='name and credentials as they were', max_length=140)),
                ('note', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='addenda', to='therapy_sessions.note')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('signed_by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['practice', 'note'], name='addendum_by_note')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='addendum_says_something')],
            },
        ),
        ProtectTable("Addendum", append_only=True),
    ]
