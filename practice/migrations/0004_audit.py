import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable

# The database says when a row was written and of which kind it is; whoever inserts it cannot.
STAMP = """
CREATE FUNCTION audit_kind(verb text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN verb LIKE 'view %' THEN 'view'
        WHEN verb ~ '^(sign in|sign out|sign-in|unlock|lock out)' THEN 'sign-in'
        WHEN verb LIKE 'export%' THEN 'export'
        WHEN verb ~ '^(open in emergency|end emergency|emergency )' THEN 'emergency'
        WHEN verb LIKE 'refused%' THEN 'refused'
        WHEN verb LIKE 'verify audit%' THEN 'check'
        ELSE 'change'
    END
$$;
CREATE FUNCTION stamp_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.written_at := clock_timestamp();
    NEW.kind := audit_kind(NEW.verb);
    RETURN NEW;
END $$;
CREATE TRIGGER stamp BEFORE INSERT ON practice_auditevent FOR EACH ROW EXECUTE FUNCTION stamp_audit();
"""
# Rows of before, before anything is sealed.
SORT_OLD = """
ALTER TABLE practice_auditevent DISABLE TRIGGER never_update;
UPDATE practice_auditevent SET kind = audit_kind(verb);
ALTER TABLE practice_auditevent ENABLE TRIGGER never_update;
"""
UNSTAMP = """
DROP TRIGGER stamp ON practice_auditevent;
DROP FUNCTION stamp_audit();
DROP FUNCTION audit_kind(text);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0003_lock'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='auditevent',
            name='audit_by_time',
        ),
        migrations.AddField(
            model_name='auditevent',
            name='kind',
            field=models.CharField(choices=[('view', 'Views'), ('change', 'Changes'), ('sign-in', 'Sign-ins'), ('export', 'Exports'), ('emergency', 'Emergencies'), ('refused', 'Refusals'), ('check', 'Checks of the audit')], default='change', editable=False, max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='auditevent',
            name='written_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.RunSQL(STAMP, UNSTAMP),
        migrations.RunSQL(SORT_OLD, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['practice', '-at', '-id'], name='audit_by_moment'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['practice', 'member', '-at', '-id'], name='audit_by_member'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['practice', 'client_id', '-at', '-id'], name='audit_by_client'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['practice', 'kind', '-at', '-id'], name='audit_by_kind'),
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('number', models.BigIntegerField(help_text='1, 2, 3 … in the practice')),
                ('upto', models.BigIntegerField(help_text='the last id; a seal covers all ids after the one before it, the first all')),
                ('ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('leaves', models.BinaryField(help_text='SHA-256 of each row, 32 bytes each, in the order of the ids')),
                ('previous', models.CharField(blank=True, max_length=64)),
                ('head', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'number'), name='one_audit_seal')],
            },
        ),
        ProtectTable("AuditSeal", append_only=True),
    ]
