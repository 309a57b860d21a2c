import django.db.models.deletion
import practice.clock
import practice.fields
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0007_feeds'),
        ('therapy_sessions', '0016_writing'),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='changed_at',
            field=models.DateTimeField(default=practice.clock.now, help_text='when it was moved, released or taken again'),
        ),
        migrations.CreateModel(
            name='FeedRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', practice.fields.ChoiceField(choices=[('none', 'No client: “Session”'), ('initials', 'Initials: “A. A.”')], default='none', max_length=40)),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice',), name='one_feed_rule'), models.CheckConstraint(condition=models.Q(('words__in', ['none', 'initials'])), name='feed_words_known')],
            },
        ),
        ProtectTable("FeedRule"),
    ]
