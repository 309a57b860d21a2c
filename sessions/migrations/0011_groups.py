import django.db.models.deletion
import practice.clock
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0011_imports'),
        ('practice', '0006_one_end_of_sign_ins'),
        ('therapy_sessions', '0010_note_kinds'),
    ]

    operations = [
        migrations.AddField(
            model_name='appointment',
            name='group',
            field=models.BooleanField(default=False, help_text='for several clients, who may come and go'),
        ),
        migrations.AlterField(
            model_name='series',
            name='case',
            field=practice.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, help_text='none for a group', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='series', to='clients.case'),
        ),
        migrations.CreateModel(
            name='GroupDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shared', models.JSONField(default=dict, help_text='the parts of the note that all share, by name')),
                ('lines', models.JSONField(default=list, help_text='codes and minutes of all, as in NoteDraft')),
                ('own', models.JSONField(default=dict, help_text='by session: her words, and her lines where they differ')),
                ('saved_at', models.DateTimeField(default=practice.clock.now)),
                ('version', models.PositiveIntegerField(default=1, help_text='counts saves; a stale page is told so')),
                ('appointment', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='group_drafts', to='therapy_sessions.appointment')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('saved_by', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.membership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'appointment'), name='one_group_draft')],
            },
        ),
        ProtectTable("GroupDraft"),
    ]
