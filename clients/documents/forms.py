"""Forms of files. What a file is is said by the action; forms only take what was sent."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from clients.documents.content import ENDINGS, ContentType
from clients.documents.models import CARDS, Kind

PICTURES = [end for kind, ends in ENDINGS.items() if kind is not ContentType.PDF for end in ends]


class FilesField(forms.FileField):
    """One file or several; an empty one comes through, so that the action names it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_empty_file=True, max_length=None, **options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [each for each in data or [] if each]


class _Files(forms.FileInput):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class _Many(_Files):
    allow_multiple_selected = True


class UploadForm(forms.Form):
    """Files for a chart. The token and the kind stand before the files: they are read before what is too large."""

    kind = forms.ChoiceField(choices=[(k.value, k.label) for k in Kind if k not in CARDS], initial=Kind.ORDER)
    file = FilesField(label="Files", widget=_Many(attrs={"accept": ",".join([".pdf", *PICTURES]), "data-files": True}))


class CardForm(forms.Form):
    """The picture of one side of a card."""

    side = forms.ChoiceField(choices=[(k.value, k.label) for k in CARDS], widget=forms.HiddenInput)
    file = FilesField(label="Picture", widget=_Files(attrs={"accept": ",".join(PICTURES), "data-files": True}))

    def __init__(self, *args: Any, kind: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["side"].initial = kind
