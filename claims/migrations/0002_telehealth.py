from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('claims', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='claim',
            name='place_of_service',
            field=models.CharField(blank=True, help_text="telehealth's; empty: the location's", max_length=2),
        ),
    ]
