import django.contrib.postgres.constraints
import django.db.models.deletion
import practice.tenancy
from django.db import migrations, models

from practice.tenancy import ProtectTable


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0006_one_end_of_sign_ins'),
        ('therapy_sessions', '0011_groups'),
    ]

    operations = [
        migrations.CreateModel(
            name='Room',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practice', models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('location', practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rooms', to='practice.location')),
                ('name', models.CharField(max_length=40)),
                ('places', models.PositiveSmallIntegerField(default=1, help_text='how many clients it holds')),
                ('closed', models.BooleanField(default=False, help_text='offered no more; what is booked in it stays')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'location', 'name'), name='one_room_of_a_name'), models.CheckConstraint(condition=models.Q(('places__gte', 1), ('places__lte', 99)), name='room_places_between')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='booking',
            name='clinician_in_one_place',
        ),
        migrations.AlterField(
            model_name='booking',
            name='clinician',
            field=practice.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='practice.clinician'),
        ),
        migrations.AddField(
            model_name='booking',
            name='room',
            field=practice.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='therapy_sessions.room'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(fields=['practice', 'appointment'], name='booking_by_appointment'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('clinician__isnull', False), ('overlap_allowed_by__isnull', True), ('released', False)), expressions=[(models.Func(models.F('clinician'), models.F('clinician'), models.Value('[]'), function='int8range'), '='), ('during', '&&')], name='clinician_in_one_place'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('overlap_allowed_by__isnull', True), ('released', False), ('room__isnull', False)), expressions=[(models.Func(models.F('room'), models.F('room'), models.Value('[]'), function='int8range'), '='), ('during', '&&')], name='room_for_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('clinician__isnull', False), ('room__isnull', True)), models.Q(('appointment__isnull', False), ('clinician__isnull', True), ('room__isnull', False)), _connector='OR'), name='booking_takes_one_thing'),
        ),
        ProtectTable("Room"),
        ProtectTable("Booking", deletable=True),  # the new key; a visit may be taken out of its room
    ]
