import django.db.models.deletion
import practice.clock
import practice.fields
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable

PRACTICE = models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')
PARTS = ('subjective', 'objective', 'assessment', 'plan')
PART_CHOICES = [(name, name.capitalize()) for name in PARTS]
KINDS = ('daily', 'evaluation', 'reevaluation', 'progress', 'discharge')


def key(to, related_name='+', **options):
    return practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=to, **options)


def number():
    return ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID'))


def kept():
    return [
        ('shared', models.BooleanField(default=False)),
        ('changed_at', models.DateTimeField(default=practice.clock.now)),
        ('removed_at', models.DateTimeField(blank=True, null=True)),
    ]


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0006_one_end_of_sign_ins'),
        ('therapy_sessions', '0015_cosignatures'),
    ]

    operations = [
        migrations.CreateModel(
            name='CopiedText',
            fields=[
                number(),
                ('part', practice.fields.ChoiceField(choices=PART_CHOICES, max_length=40)),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('by', key('practice.membership')),
                ('practice', PRACTICE.clone()),
                ('session', key('therapy_sessions.session', 'copied')),
                ('source', key('therapy_sessions.note')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('part__in', PARTS)), name='copied_part_known')],
            },
        ),
        migrations.CreateModel(
            name='NoteTemplate',
            fields=[
                number(),
                *kept(),
                ('name', models.CharField(max_length=60)),
                ('kind', practice.fields.ChoiceField(choices=[(kind, kind.capitalize()) for kind in KINDS], max_length=40)),
                *((part, models.TextField(blank=True, max_length=5000)) for part in PARTS),
                ('owner', key('practice.membership')),
                ('practice', PRACTICE.clone()),
            ],
            options={
                'abstract': False,
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', list(KINDS))), name='template_kind_known'),
                    models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='template_has_a_name'),
                    models.CheckConstraint(condition=models.Q(('assessment', ''), ('objective', ''), ('plan', ''), ('subjective', ''), _negated=True), name='template_says_something'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Phrase',
            fields=[
                number(),
                *kept(),
                ('shortcut', models.CharField(help_text='a dot, then small letters and digits', max_length=20)),
                ('text', models.CharField(max_length=600)),
                ('owner', key('practice.membership')),
                ('practice', PRACTICE.clone()),
            ],
            options={
                'abstract': False,
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('shortcut__regex', '^\\.[a-z0-9]{1,19}$')), name='shortcut_is_a_dot_and_word'),
                    models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='phrase_says_something'),
                    models.UniqueConstraint(condition=models.Q(('removed_at', None), ('shared', False)), fields=('practice', 'owner', 'shortcut'), name='one_own_shortcut'),
                    models.UniqueConstraint(condition=models.Q(('removed_at', None), ('shared', True)), fields=('practice', 'shortcut'), name='one_shared_shortcut'),
                ],
            },
        ),
        ProtectTable("CopiedText", append_only=True),
        ProtectTable("NoteTemplate"),
        ProtectTable("Phrase"),
    ]
