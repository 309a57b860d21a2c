import django.db.models.deletion
import practice.clock
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0001_initial'),
        ('therapy_sessions', '0004_descriptors'),
    ]

    operations = [
        migrations.AddField(
            model_name='notedraft',
            name='evaluation',
            field=models.JSONField(default=dict, help_text='sessions.evaluations.Answers.kept; empty if not asked'),
        ),
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='the code that was signed', max_length=5)),
                ('answers', models.JSONField(help_text='sessions.evaluations.Answers.kept; empty for a re-evaluation')),
                ('supports', models.CharField(blank=True, help_text='the code the answers reach', max_length=5)),
                ('sentence', models.CharField(blank=True, help_text='what the page said when it was signed', max_length=600)),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('session', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='therapy_sessions.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'session'), name='one_evaluation')],
            },
        ),
        ProtectTable("Evaluation", append_only=True),
    ]
