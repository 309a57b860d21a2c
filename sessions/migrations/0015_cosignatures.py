import django.db.models.deletion
import practice.clock
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable

PRACTICE = models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')

# The author that a co-signature names is who signed its note: so no row can name another to pass the check beside it.
TIE = """
ALTER TABLE therapy_sessions_cosignature ADD CONSTRAINT cosignature_names_the_signer
    FOREIGN KEY (practice_id, note_id, author_id) REFERENCES therapy_sessions_note (practice_id, id, signed_by_id)
"""
UNTIE = "ALTER TABLE therapy_sessions_cosignature DROP CONSTRAINT cosignature_names_the_signer"


def key(to, related_name='+', **options):
    return practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=to, **options)


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0006_one_end_of_sign_ins'),
        ('therapy_sessions', '0014_plans'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='note',
            constraint=models.UniqueConstraint(fields=('practice', 'id', 'signed_by'), name='note_and_signer'),
        ),
        migrations.CreateModel(
            name='CosignatureAsked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('note', key('therapy_sessions.note', 'asked')),
                ('practice', PRACTICE.clone()),
                ('supervisor', key('practice.clinician', help_text='whose she was when the note was signed')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'note'), name='one_cosignature_asked')],
            },
        ),
        migrations.CreateModel(
            name='CoSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signature', models.CharField(help_text='name and credentials as they were', max_length=140)),
                ('signed_at', models.DateTimeField(default=practice.clock.now)),
                ('author', key('practice.membership')),
                ('note', key('therapy_sessions.note', 'cosignatures')),
                ('practice', PRACTICE.clone()),
                ('signed_by', key('practice.membership')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('practice', 'note'), name='one_cosignature'),
                    models.CheckConstraint(condition=models.Q(('signed_by', models.F('author')), _negated=True), name='nobody_cosigns_herself'),
                ],
            },
        ),
        migrations.CreateModel(
            name='NoteReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remark', models.CharField(max_length=1000)),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('by', key('practice.membership')),
                ('note', key('therapy_sessions.note', 'returns')),
                ('practice', PRACTICE.clone()),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('remark', ''), _negated=True), name='return_says_something')],
            },
        ),
        ProtectTable("CosignatureAsked", append_only=True),
        ProtectTable("CoSignature", append_only=True),
        ProtectTable("NoteReturn", append_only=True),
        migrations.RunSQL(TIE, UNTIE),
    ]
