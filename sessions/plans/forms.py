"""Forms about plans of care. What is wrong with a value is said by the verb; forms only read it."""

from typing import Any

from django import forms

from clients.forms.base import WIDE, CodesField, Group, HouseForm, choice, day
from clients.forms.base import text as line
from practice.findings import BadInput, Conflict
from sessions.plans.actions import NewGoal
from sessions.plans.models import How, Outcome, Term

PLAN = ("starts_on", "ends_on", "frequency", "per_day", "codes")
NEEDED = "What the client shall be able to do, and the figure that shows it. More goals can be added after."
GOAL = ("text", "measure", "unit", "baseline", "target", "due_on")


def figure(label: str, *, required: bool = True, help_text: str = "") -> forms.DecimalField:
    """A figure of a goal."""
    return forms.DecimalField(
        label=label, required=required, max_digits=8, decimal_places=2, help_text=help_text,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )  # fmt: skip


class PlanForm(HouseForm):
    """A plan of care. It has long-term goals (42 CFR 410.61(c)): where none is open, one is written with it."""

    starts_on = day("From")
    ends_on = day("To")
    frequency = line("How often", 60, placeholder="2×/week")
    per_day = forms.IntegerField(label="Treatments a day", min_value=1, max_value=9, initial=1)
    codes = CodesField(label="Services", max_length=200, widget=forms.TextInput(WIDE))
    goal_text = line("The client will", 200, required=False, wide=True, placeholder="open jars without help")
    goal_measure = line("Measured by", 60, required=False, placeholder="Grip, left hand")
    goal_unit = line("Unit", 20, required=False, placeholder="lb")
    goal_baseline = figure("Now", required=False)
    goal_target = figure("Target", required=False)
    goal_due_on = day("Reached by", required=False)

    def __init__(self, *args: Any, needs_goal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = tuple(f"goal_{name}" for name in GOAL)
        self.groups = (
            Group("", PLAN),
            Group("Long-term goal", names, help=NEEDED) if needs_goal else Group("One more goal", names, folded=True),
        )
        for name in names:
            self.fields[name].required = needs_goal and name != "goal_unit"

    def clean(self) -> dict[str, Any]:
        """A goal that was begun is written whole."""
        data = super().clean() or {}
        begun = any(data.get(f"goal_{name}") not in (None, "") for name in GOAL if name != "due_on")
        for name in GOAL if begun else ():
            if name != "unit" and data.get(f"goal_{name}") in (None, "") and f"goal_{name}" not in self.errors:
                self.add_error(f"goal_{name}", "A goal needs this, or leave the whole goal empty")
        return data

    def values(self) -> dict[str, Any]:
        data = super().values()
        goal = {name: data.pop(f"goal_{name}") for name in GOAL}
        return data | {"goals": [NewGoal(**goal)] if goal["text"] else []}

    def refuse(self, refused: BadInput | Conflict) -> None:
        if isinstance(refused, BadInput):
            refused = BadInput({name.replace("goals.0.", "goal_"): said for name, said in refused.errors.items()})
        super().refuse(refused)


class GoalForm(HouseForm):
    """A goal: what, and the figure that shows it."""

    text = line("The client will", 200, wide=True, placeholder="open jars without help")
    measure = line("Measured by", 60, placeholder="Grip, left hand")
    unit = line("Unit", 20, required=False, placeholder="lb")
    baseline = figure("Now")
    target = figure("Target")
    due_on = day("Reached by")
    term = choice("Term", Term.choices, initial=Term.LONG)


class EndGoalForm(HouseForm):
    """What became of a goal."""

    def __init__(self, *args: Any, again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if again:
            self.fields["outcome"] = forms.CharField(initial=Outcome.REOPENED, widget=forms.HiddenInput)
        else:
            self.fields["outcome"] = choice(
                "What became of it", [(each.value, each.label) for each in (Outcome.MET, Outcome.ENDED)]
            )
        self.fields["on"] = day("On")
        self.fields["reason"] = line("Why", 200, required=False, wide=True, help_text="Needed where it was not met")


class SendForm(HouseForm):
    """How the plan went to the physician."""

    who = line("To", 100, help_text="A physician, nurse practitioner or physician assistant; not a chiropractor")
    how = choice("By", How.choices, initial=How.FAX)
    on = day("On")
    note = line("Note", 200, required=False, wide=True, help_text="Such as the fax confirmation number")


class SignedForm(HouseForm):
    """Who signed, and the date beside the signature."""

    who = line("Signed by", 100)
    on = day("Dated")
    verbal = forms.BooleanField(label="Ordered by word of mouth; the signature follows within 14 days", required=False)
    note = line("Note", 200, required=False, wide=True)


class ReturnedForm(HouseForm):
    """Why it came back without a signature."""

    on = day("On")
    reason = line("Why", 200, wide=True)
