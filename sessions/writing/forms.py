"""Forms of what is kept to write with. What is wrong with a value is said by the verb; forms only read it."""

from django import forms

from sessions.minutes import PARTS
from sessions.note_kinds import Kind
from sessions.writing.keeping import LONGEST_NAME, LONGEST_PART, LONGEST_PHRASE
from sessions.writing.kinds import SHEETS

# Another kind of note calls the parts by other names: the page is asked for again, with what is typed.
RENAMES = {
    "hx-post": "",
    "hx-trigger": "change",
    "hx-target": "#main",
    "hx-select": "#main",
    "hx-swap": "outerHTML",
    "hx-vals": '{"renames": "yes"}',
}
SHARED = "Share with everybody who writes notes in the practice"


class PhraseForm(forms.Form):
    """A shortcut and its words."""

    shortcut = forms.CharField(max_length=20, help_text="A dot and a short word: .tol")
    text = forms.CharField(
        max_length=LONGEST_PHRASE, label="Phrase", widget=forms.Textarea(attrs={"rows": 3, "wide": True})
    )
    shared = forms.BooleanField(required=False, label=SHARED)


class TemplateForm(forms.Form):
    """A skeleton of a kind of note."""

    name = forms.CharField(max_length=LONGEST_NAME)
    kind = forms.ChoiceField(
        label="Kind of note",
        choices=[(kind.value, sheet.title) for kind, sheet in SHEETS.items()],
        widget=forms.Select(attrs=RENAMES),
    )
    shared = forms.BooleanField(required=False, label=SHARED)
    subjective = forms.CharField(required=False)
    objective = forms.CharField(required=False)
    assessment = forms.CharField(required=False)
    plan = forms.CharField(required=False)

    def __init__(self, *args: object, kind: Kind, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for part in PARTS:
            about = SHEETS[kind].parts[part]
            self.fields[part] = forms.CharField(
                required=False,
                max_length=LONGEST_PART,
                label=about.title,
                help_text=about.asks,
                strip=False,
                widget=forms.Textarea(attrs={"rows": 4, "wide": True}),
            )

    def parts(self) -> dict[str, str]:
        return {part: self.cleaned_data[part] for part in PARTS}
