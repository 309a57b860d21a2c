"""What the API takes when something is written into a chart."""

from rest_framework import serializers

from clients.models import Benefit, Cause, Counts, Relation, Sex, ShareRule, Sight
from practice.api import MomentField, choice
from practice.models import Discipline

NUMBER = {"max_length": 30, "required": False, "allow_blank": True}


class AddressSerializer(serializers.Serializer):
    phone = serializers.CharField(**NUMBER)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    street = serializers.CharField(max_length=55, required=False, allow_blank=True)
    city = serializers.CharField(max_length=30, required=False, allow_blank=True)
    state = serializers.CharField(max_length=20, required=False, allow_blank=True)
    zip = serializers.CharField(max_length=12, required=False, allow_blank=True)


class EditClientSerializer(AddressSerializer):
    first_name = serializers.CharField(max_length=35)
    last_name = serializers.CharField(max_length=60)
    birth_on = serializers.DateField()
    sex = choice("Sex", Sex)


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class NothingSerializer(serializers.Serializer):
    """An empty body."""


class WritePersonSerializer(AddressSerializer):
    first_name = serializers.CharField(max_length=35)
    last_name = serializers.CharField(max_length=60)
    relation = serializers.CharField(max_length=20)
    guardian = serializers.BooleanField(default=False)
    emergency = serializers.BooleanField(default=False)
    sees = serializers.ListField(child=choice("Sight", Sight), default=list, help_text="what she may be told or shown")
    pays = serializers.BooleanField(default=False, help_text="owes the client's share from now on")


class SharingSerializer(serializers.Serializer):
    rule = choice("ShareRule", ShareRule)
    starts_on = serializers.DateField(help_text="from visits of this day on")
    first = serializers.IntegerField(min_value=1, required=False, allow_null=True, help_text="a contact of hers")
    other = serializers.IntegerField(min_value=1, required=False, allow_null=True, help_text="who owes the rest")
    percent = serializers.DecimalField(max_digits=5, decimal_places=2, required=False, allow_null=True)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, required=False, allow_null=True)
    codes = serializers.ListField(child=serializers.CharField(max_length=12), required=False, max_length=50)


class WriteCoverageSerializer(serializers.Serializer):
    payer = serializers.IntegerField(min_value=1)
    member_id = serializers.CharField(max_length=40)
    keep_odd_id = serializers.BooleanField(default=False, help_text="take an ID that does not fit the payer")
    group_number = serializers.CharField(max_length=30, required=False, allow_blank=True)
    rank = serializers.IntegerField(min_value=1, max_value=99, required=False)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)
    relation = choice("Relation", Relation)
    subscriber = serializers.IntegerField(min_value=1, required=False, allow_null=True, help_text="a contact of hers")
    subscriber_birth_on = serializers.DateField(required=False, allow_null=True)
    subscriber_sex = serializers.CharField(max_length=1, required=False, allow_blank=True, help_text="F, M, U or empty")
    case = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    disciplines = serializers.ListField(child=choice("Discipline", Discipline), required=False)
    visit_limit = serializers.IntegerField(min_value=1, max_value=9999, required=False, allow_null=True)
    qmb = serializers.BooleanField(required=False, help_text="a Qualified Medicare Beneficiary is never billed")
    copay = serializers.DecimalField(max_digits=9, decimal_places=2, required=False, allow_null=True)


class LastDaySerializer(serializers.Serializer):
    ends_on = serializers.DateField()


class MemberIdSerializer(serializers.Serializer):
    member_id = serializers.CharField(max_length=30)


class BenefitSerializer(serializers.ModelSerializer):
    disciplines = serializers.ListField(child=choice("Discipline", Discipline))
    verified_at = MomentField(required=False)

    class Meta:
        model = Benefit
        exclude = ["practice"]
        read_only_fields = ["coverage", "verified_by"]


class NewAuthorizationSerializer(serializers.Serializer):
    coverage = serializers.IntegerField(min_value=1)
    number = serializers.CharField(max_length=50)
    allowed = serializers.IntegerField(min_value=1, max_value=999)
    counts = serializers.ChoiceField(Counts.choices, required=False)
    requested = serializers.IntegerField(min_value=1, max_value=999, required=False, allow_null=True)
    codes = serializers.ListField(child=serializers.CharField(max_length=5), max_length=30, required=False)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class WriteCaseSerializer(serializers.Serializer):
    """What can be changed; another discipline is another case."""

    complaint = serializers.CharField(max_length=80)
    opened_on = serializers.DateField()
    cause = choice("Cause", Cause)
    accident_on = serializers.DateField(required=False, allow_null=True)
    accident_state = serializers.CharField(max_length=20, required=False, allow_blank=True)
    claim_number = serializers.CharField(**NUMBER)
    adjuster = serializers.CharField(max_length=80, required=False, allow_blank=True)
    adjuster_phone = serializers.CharField(**NUMBER)
    employer = serializers.CharField(max_length=60, required=False, allow_blank=True)
    habilitative = serializers.BooleanField(required=False)
    onset_on = serializers.DateField(required=False, allow_null=True)
    referrer = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    referral_on = serializers.DateField(required=False, allow_null=True)
    referral_ends_on = serializers.DateField(required=False, allow_null=True)


class CodesSerializer(serializers.Serializer):
    diagnoses = serializers.ListField(child=serializers.CharField(max_length=12), max_length=20)
    keep_codes = serializers.BooleanField(
        default=False,
        help_text="keep codes that the nearest list does not call billable, where the day's is not loaded",
    )


class NewCaseSerializer(WriteCaseSerializer, CodesSerializer):
    discipline = choice("Discipline", Discipline)


class ClosedOnSerializer(serializers.Serializer):
    closed_on = serializers.DateField(allow_null=True, help_text="null opens the case again")
