import django.contrib.postgres.constraints
import django.db.models.deletion
import practice.clock
from django.db import migrations, models

from practice.shared_tables import ReadOnlyTable


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0002_unit_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='Icd10Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(help_text='“FY2027”, “FY2027 April”', max_length=40, unique=True)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('rows', models.PositiveIntegerField(help_text='headers and leaves')),
                ('sha256', models.CharField(help_text='of the order file, so that the same file changes nothing', max_length=64)),
                ('loaded_at', models.DateTimeField(default=practice.clock.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='icd10_release_ends_after_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('starts_on'), models.F('ends_on'), models.Value('[]'), function='daterange'), '&&')], name='one_icd10_release_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Icd10Code',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(db_collation='C', max_length=7)),
                ('billable', models.BooleanField(help_text='a leaf; a header is not')),
                ('short', models.CharField(max_length=60)),
                ('long', models.CharField(max_length=400)),
                ('release', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='clients.icd10release')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('release', 'code'), name='one_icd10_code')],
            },
        ),
        ReadOnlyTable("Icd10Release"),
        ReadOnlyTable("Icd10Code"),
    ]
