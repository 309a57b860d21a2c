import practice.clock
import practice.fields
from django.db import migrations, models

from practice.shared_tables import ReadOnlyTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AddOnParent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('add_on', models.CharField(max_length=5)),
                ('parent', models.CharField(max_length=5)),
                ('effective_on', models.DateField()),
                ('deleted_on', models.DateField(null=True)),
                ('edit_type', models.SmallIntegerField(help_text='1: the list is closed, 2: there is none, 3: it may be longer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('add_on', 'parent', 'effective_on'), name='one_add_on_parent'), models.CheckConstraint(condition=models.Q(('edit_type__in', [1, 2, 3])), name='add_on_type_known')],
            },
        ),
        migrations.CreateModel(
            name='CodeSetRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', practice.fields.ChoiceField(choices=[('ptp', 'Pairs (NCCI PTP)'), ('mue', 'Unit limits (NCCI MUE)'), ('add-ons', 'Add-on codes (NCCI)'), ('kx', 'Therapy thresholds')], max_length=40)),
                ('label', models.CharField(help_text='2026Q4, or the years of the thresholds', max_length=20)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('rows', models.IntegerField(help_text='rows that were kept')),
                ('sha256', models.CharField(max_length=64)),
                ('loaded_at', models.DateTimeField(default=practice.clock.now)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'starts_on'], name='release_by_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['ptp', 'mue', 'add-ons', 'kx'])), name='release_kind_known'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='release_days_in_order')],
            },
        ),
        migrations.CreateModel(
            name='EditPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('column1', models.CharField(max_length=5)),
                ('column2', models.CharField(max_length=5)),
                ('effective_on', models.DateField()),
                ('deleted_on', models.DateField(null=True)),
                ('modifier_indicator', models.SmallIntegerField(help_text='0: never both, 1: with a modifier, 9: taken back')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('column1', 'column2', 'effective_on'), name='one_edit_pair'), models.CheckConstraint(condition=models.Q(('modifier_indicator__in', [0, 1, 9])), name='pair_indicator_known')],
            },
        ),
        migrations.CreateModel(
            name='TherapyThreshold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.SmallIntegerField()),
                ('bucket', models.CharField(help_text='OT, or PT+SLP', max_length=6)),
                ('amount', practice.fields.MoneyField()),
                ('review_amount', practice.fields.MoneyField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('year', 'bucket'), name='one_threshold'), models.CheckConstraint(condition=models.Q(('bucket__in', ['OT', 'PT+SLP'])), name='threshold_bucket_known'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='threshold_positive')],
            },
        ),
        migrations.CreateModel(
            name='UnitLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=5)),
                ('most', models.IntegerField(help_text='units')),
                ('adjudication_indicator', models.SmallIntegerField(help_text='1: a line, 2: a day, 3: a day, with an appeal')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'starts_on'), name='one_unit_limit'), models.CheckConstraint(condition=models.Q(('adjudication_indicator__in', [1, 2, 3])), name='limit_indicator_known'), models.CheckConstraint(condition=models.Q(('most__gte', 0)), name='limit_not_negative')],
            },
        ),
        ReadOnlyTable("AddOnParent"),
        ReadOnlyTable("CodeSetRelease"),
        ReadOnlyTable("EditPair"),
        ReadOnlyTable("TherapyThreshold"),
        ReadOnlyTable("UnitLimit"),
    ]
