"""Forms of a case: why a client is treated, and with which diagnoses."""

from typing import Any

from django import forms

from clients.actions import codes_of
from clients.fingerprints import fingerprint
from clients.forms.base import Group, HouseForm, choice, day, text, yes
from clients.icd10.search import labels
from clients.models import Case, Cause, Referrer
from practice.models import Discipline, local_today

ROWS, MOST = 4, 12  # places shown at first, and all


class DiagnosesInput(forms.Widget):
    """Up to twelve boxes with a search each; without JavaScript they are plain text fields."""

    template_name = "clients/diagnoses_input.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        return [str(code).strip()[:12] for code in given][: MOST + 1]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_1" if id_ else ""


class DiagnosesField(forms.Field):
    """Codes in order. The form gives the template `boxes` to draw, and names in `day_of` the field whose day the
    search asks for.
    """

    widget = DiagnosesInput
    partial = "clients/diagnoses_input.html"

    def clean(self, value: Any) -> list[str]:
        return [code for code in value if code]


def boxes(codes: Any) -> list[dict[str, Any]]:
    """The places for diagnoses: what stands in each and what it means, and whether it is shown at first."""
    given = [code for code in codes or [] if code]
    shown = min(max(ROWS, len(given) + 1), MOST)
    called = labels([code.upper() for code in given], local_today()) if given else {}
    filled = given + [""] * (MOST - len(given))
    return [
        {"number": n, "code": code, "label": called.get(code.upper(), ""), "folded": n > shown}
        for n, code in enumerate(filled[:MOST], start=1)
    ]


class CodedForm(HouseForm):
    """A form that may ask for diagnoses. `keep_codes` stands below them once it is asked for."""

    within = ("keep_codes",)
    day_of = "opened_on"
    keep_codes = yes("Keep these codes as they are")

    @property
    def boxes(self) -> list[dict[str, Any]]:
        return boxes(self["diagnoses"].value()) if "diagnoses" in self.fields else []


class DiagnosesForm(CodedForm):
    """The diagnoses of a case, in the order a claim lists them."""

    diagnoses = DiagnosesField(label="Diagnoses")

    def of(self, row: Case) -> dict[str, Any]:
        return {"diagnoses": codes_of(row)}

    def seen_of(self, row: Case) -> str:
        return fingerprint(row, codes_of(row))


class CaseForm(CodedForm):
    """An episode of care. Diagnoses are asked when it is opened; later they have a form of their own."""

    reads = (
        "discipline", "complaint", "opened_on", "onset_on", "habilitative", "cause", "accident_on", "accident_state",
        "claim_number", "adjuster", "adjuster_phone", "employer", "referrer", "referral_on", "referral_ends_on",
    )  # fmt: skip
    groups: tuple[Group, ...] = (
        Group("Why", ("complaint", "discipline", "opened_on", "onset_on", "habilitative", "diagnoses")),
        Group("Referral", ("referrer", "referral_on", "referral_ends_on")),
        Group(
            "Accident",
            ("cause", "accident_on", "accident_state", "claim_number", "adjuster", "adjuster_phone", "employer"),
            folded=True,
            help="For an injury at work, an auto accident or another one. Work and auto need the day, auto the state.",
        ),
    )

    complaint = text(
        "Treated for", 80, wide=True, help_text="In the words of the day’s list, such as “Stroke, left side weakness”"
    )
    discipline = choice("Discipline", Discipline.choices)
    opened_on = day("Opened")
    onset_on = day("Onset", required=False, help_text="When it began")
    habilitative = yes("Habilitative: learns what was never there", help_text="Plans may count it apart")
    diagnoses = DiagnosesField(label="Diagnoses", required=False)
    referrer = forms.ModelChoiceField(
        Referrer.objects.none(), required=False, label="Referred by", empty_label="Nobody"
    )
    referral_on = day("Referral from", required=False)
    referral_ends_on = day("Referral until", required=False)
    cause = choice("Cause", Cause.choices, initial=Cause.ILLNESS)
    accident_on = day("Day of the accident", required=False)
    accident_state = text("State of the accident", 20, required=False, help_text="Two letters")
    claim_number = text("Claim number", 30, required=False, help_text="Of the insurer of the accident")
    adjuster = text("Adjuster", 80, required=False)
    adjuster_phone = text("Adjuster’s phone", 30, required=False, inputmode="tel")
    employer = text("Employer", 60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Referrer.objects.order_by("last_name", "first_name")
        held = rows.filter(pk=self.row.referrer_id or 0) if isinstance(self.row, Case) else rows.none()
        self.fields["referrer"].queryset = rows.filter(active=True) | held  # type: ignore[attr-defined]
        self.fields["referrer"].label_from_instance = lambda r: f"{r.last_name}, {r.first_name}"  # type: ignore[attr-defined]
        if self.row is not None:  # of visits that were counted and charged, the discipline stands
            del self.fields["diagnoses"], self.fields["keep_codes"], self.fields["discipline"]
