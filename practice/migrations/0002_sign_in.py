import django.db.models.deletion
import practice.clock
import practice.fields
import practice.tenancy
from django.conf import settings
from django.db import migrations, models

from practice.shared_tables import InsertOnlyTable
from practice.tenancy import ProtectTable

# People of an invented practice have seeds that anybody can read in the source.
INVENTED_FOR_EVER = """
CREATE FUNCTION refuse_invention() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'whether a practice is invented is said when it is founded' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER invented_for_ever BEFORE UPDATE ON practice_practice FOR EACH ROW
WHEN (OLD.invented IS DISTINCT FROM NEW.invented) EXECUTE FUNCTION refuse_invention();
"""
FORGET_INVENTED = """
DROP TRIGGER invented_for_ever ON practice_practice;
DROP FUNCTION refuse_invention();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='practice',
            name='invented',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='user',
            name='sign_ins_ended',
            field=models.IntegerField(default=0, help_text='how often all her open sign-ins were ended at once'),
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='name of the template in templates/mail', max_length=40)),
                ('to', models.EmailField(max_length=254)),
                ('about', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField(default=practice.clock.now)),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SignInAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=practice.clock.now)),
                ('account', models.CharField(help_text='HMAC-SHA-256 of the address typed, in lower case', max_length=64)),
                ('step', practice.fields.ChoiceField(choices=[('password', 'Password'), ('code', 'Code of an authenticator app'), ('recovery', 'Recovery code'), ('passkey', 'Passkey'), ('reset', 'Letter for a forgotten password')], max_length=40)),
                ('outcome', practice.fields.ChoiceField(choices=[('passed', 'Right'), ('failed', 'Wrong'), ('refused', 'Not even looked at: too many tries'), ('signed_in', 'Right, and signed in'), ('asked', 'Asked for')], max_length=40)),
                ('ip', models.GenericIPAddressField(null=True)),
                ('agent', models.CharField(blank=True, max_length=120)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['account', '-at'], name='sign_in_by_account'), models.Index(fields=['ip', '-at'], name='sign_in_by_ip'), models.Index(fields=['user', '-at'], name='sign_in_by_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(('step__in', ['password', 'code', 'recovery', 'passkey', 'reset'])), name='sign_in_step_known'), models.CheckConstraint(condition=models.Q(('outcome__in', ['passed', 'failed', 'refused', 'signed_in', 'asked'])), name='sign_in_outcome_known')],
            },
        ),
        ProtectTable("Letter", append_only=True),
        InsertOnlyTable("SignInAttempt"),
        migrations.RunSQL(INVENTED_FOR_EVER, FORGET_INVENTED),
    ]
