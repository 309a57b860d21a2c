import django.db.models.deletion
import practice.clock
import practice.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0006_one_end_of_sign_ins'),
    ]

    operations = [
        migrations.CreateModel(
            name='Door',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', practice.fields.ChoiceField(choices=[('feed', 'Calendar feed')], max_length=40)),
                ('digest', models.CharField(help_text='SHA-256 of the secret, which has 256 bits', max_length=64, unique=True)),
                ('target', models.BigIntegerField(help_text='id in the practice; a feed: the clinician')),
                ('made_at', models.DateTimeField(default=practice.clock.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['feed'])), name='door_kind_known')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='signinattempt',
            name='sign_in_step_known',
        ),
        migrations.AlterField(
            model_name='signinattempt',
            name='step',
            field=practice.fields.ChoiceField(choices=[('password', 'Password'), ('code', 'Code of an authenticator app'), ('recovery', 'Recovery code'), ('passkey', 'Passkey'), ('reset', 'Letter for a forgotten password'), ('feed', 'Secret of a calendar feed')], max_length=40),
        ),
        migrations.AddConstraint(
            model_name='signinattempt',
            constraint=models.CheckConstraint(condition=models.Q(('step__in', ['password', 'code', 'recovery', 'passkey', 'reset', 'feed'])), name='sign_in_step_known'),
        ),
        migrations.AddField(
            model_name='door',
            name='practice',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice'),
        ),
        migrations.AddConstraint(
            model_name='door',
            constraint=models.UniqueConstraint(fields=('practice', 'kind', 'target'), name='one_door_to_a_thing'),
        ),
    ]
