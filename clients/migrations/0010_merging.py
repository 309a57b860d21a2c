"""Merged charts, and folded names for the find box."""

import django.db.models.deletion
import django.db.models.functions
from django.db import migrations, models

import clients.names
import practice.clock
import practice.tenancy
from practice.tenancy import ProtectTable


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0009_icd10_words"),
        ("practice", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(clients.names.FOLDED, "DROP FUNCTION folded(text)"),
        migrations.AddField(
            model_name="client",
            name="by_last_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=clients.names.Folded(django.db.models.functions.Concat("last_name", "first_name")),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="by_first_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=clients.names.Folded(django.db.models.functions.Concat("first_name", "last_name")),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="phone_back",
            field=models.GeneratedField(
                db_persist=True,
                expression=clients.names.Reversed("phone"),
                output_field=models.CharField(db_collation="C", max_length=10),
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["practice", "by_last_name"], name="client_by_folded_last"),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["practice", "by_first_name"], name="client_by_folded_first"),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["practice", "phone_back"], name="client_by_phone_back"),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["practice", "birth_on"], name="client_by_birth"),
        ),
        migrations.CreateModel(
            name="ClientMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField(default=practice.clock.now)),
                ("by", practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="practice.membership")),
                ("client", practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, help_text="the duplicate", on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="clients.client")),
                ("into", practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="absorbed", to="clients.client")),
                ("practice", models.ForeignKey(db_index=False, default=practice.tenancy.current_practice_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="practice.practice")),
                ("undoes", practice.tenancy.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="undone_by", to="clients.clientmerge")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("practice", "undoes"), name="one_undoing_of_a_merge"),
                    models.CheckConstraint(condition=models.Q(("client", models.F("into")), _negated=True), name="merge_of_two_charts"),
                ],
            },
        ),
        ProtectTable("ClientMerge", append_only=True),
    ]
