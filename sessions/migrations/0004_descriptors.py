import django.db.models.deletion
import practice.clock
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0001_initial'),
        ('therapy_sessions', '0003_attested'),
    ]

    operations = [
        migrations.CreateModel(
            name='CodeDescriptor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=5)),
                ('short', models.CharField(blank=True, max_length=28)),
                ('long', models.CharField(blank=True, max_length=2000)),
                ('loaded_at', models.DateTimeField(default=practice.clock.now)),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'code'), name='one_descriptor'), models.CheckConstraint(condition=models.Q(('long', ''), ('short', ''), _negated=True), name='descriptor_says_something')],
            },
        ),
        ProtectTable("CodeDescriptor", deletable=True),
    ]
