"""The form of a coverage."""

from datetime import date
from typing import Any

from django import forms

from clients import member_ids
from clients.actions import member_id_problem
from clients.forms.base import Group, HouseForm, choice, day, discipline_boxes, dollars, text, whole_number, yes
from clients.models import Case, Client, Contact, Coverage, Payer
from practice.findings import BadInput, Conflict

RANKS = ((1, "Pays first"), (2, "Pays second"), (3, "Pays third"), (4, "Pays fourth"))
RELATIONS = (("18", "Is the subscriber"), ("01", "Spouse"), ("19", "Child"), ("G8", "Other"))
ODD = "keep_odd_id"


class CardForm(HouseForm):
    """What stands on a card, and the leave to keep an ID that does not fit its payer."""

    payer = forms.ModelChoiceField(Payer.objects.none(), label="Payer", empty_label="Choose a payer")
    member_id = text("Member ID", 40, help_text="Spaces and dashes do not matter")
    group_number = text("Group", 30, required=False)
    copay = dollars("Copay of each visit", help_text="A fixed amount only")
    starts_on = day("First day")
    ends_on = day("Last day", required=False)
    relation = choice("The client to the subscriber", RELATIONS, initial="18")
    visit_limit = whole_number("Number of visits", help_text="Then the next plan pays")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payer"].queryset = Payer.objects.order_by("name")  # type: ignore[attr-defined]
        if self.data.get(self.add_prefix(ODD)):
            self._ask_odd()

    def _ask_odd(self) -> None:
        self.fields[ODD] = forms.BooleanField(
            label="The card cannot be read better: keep this ID", required=False,
            help_text="Claims wait until it is corrected",
        )  # fmt: skip

    def refuse(self, refused: BadInput | Conflict) -> None:
        """An ID that does not fit may be kept as it is, once that was said."""
        if isinstance(refused, BadInput) and "member_id" in refused.errors and self._is_odd():
            self._ask_odd()
        super().refuse(refused)

    def _is_odd(self) -> bool:
        """Not of a card that is on the chart already: that one would only be entered twice."""
        member_id, payer = member_ids.clean(self.cleaned_data["member_id"]), self.cleaned_data["payer"]
        return bool(member_id_problem(member_id, payer))


class CoverageForm(CardForm):
    """A membership in a plan: the card, its place among the client's plans, and whose plan it is."""

    reads = (
        "payer", "member_id", "group_number", "rank", "starts_on", "ends_on", "relation", "subscriber",
        "subscriber_birth_on", "subscriber_sex", "case", "disciplines", "visit_limit", "copay", "qmb",
    )  # fmt: skip
    groups: tuple[Group, ...] = (
        Group("Card", ("payer", "member_id", ODD, "group_number", "copay", "qmb")),
        Group("When it pays", ("rank", "starts_on", "ends_on")),
        Group(
            "Subscriber",
            ("relation", "subscriber", "new_first", "new_last", "subscriber_birth_on", "subscriber_sex"),
            help="The person whose plan it is. Left alone when that is the client.",
        ),
        Group(
            "Serves only",
            ("case", "disciplines", "visit_limit"),
            folded=True,
            help="For workers’ compensation, auto insurance, employee assistance, or a plan for one discipline.",
        ),
    )

    qmb = yes("Qualified Medicare Beneficiary", help_text="Medicaid pays Medicare’s share; she is never billed for it")
    rank = forms.TypedChoiceField(label="Order", choices=RANKS, coerce=int, initial=1)
    subscriber = forms.ModelChoiceField(Contact.objects.none(), required=False, empty_label="Choose a person")
    new_first = text("First name, if not on that list", 35, required=False)
    new_last = text("Last name", 60, required=False)
    subscriber_birth_on = day("Subscriber born", required=False)
    subscriber_sex = choice("Subscriber’s sex", (("", "Not said"), ("F", "Female"), ("M", "Male")), required=False)
    case = forms.ModelChoiceField(Client.objects.none(), required=False, empty_label="All cases", label="Case")
    disciplines = discipline_boxes("Disciplines", help_text="None ticked: all")

    def __init__(self, *args: Any, client: Client, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client, charts = client, client.ids
        people = Contact.objects.filter(client_links__client__in=charts).distinct()
        held = Contact.objects.filter(subscribes__client__in=charts).distinct()
        self.fields["subscriber"].queryset = people | held  # type: ignore[attr-defined]
        self.fields["case"].queryset = Case.objects.filter(client__in=charts).order_by("-opened_on")  # type: ignore[attr-defined]
        if self.row is None and not self.initial.get("rank"):
            self.initial["rank"] = self._next_rank(today)
        if self.row is not None and self.initial["rank"] > len(RANKS):
            self.fields["rank"].choices = [*RANKS, (self.initial["rank"], f"Pays as number {self.initial['rank']}")]  # type: ignore[attr-defined]

    def _next_rank(self, today: date | None) -> int:
        """The first place of payment that nobody holds now."""
        rows = Coverage.objects.filter(client__in=self.client.ids)
        held = {row.rank for row in rows if row.ends_on is None or today is None or row.ends_on >= today}
        return next((rank for rank, _ in RANKS if rank not in held), 1)

    def values(self) -> dict[str, Any]:
        data = super().values()
        first, last = data.pop("new_first").strip(), data.pop("new_last").strip()
        data["new_subscriber"] = {"first_name": first, "last_name": last} if first or last else None
        return data
