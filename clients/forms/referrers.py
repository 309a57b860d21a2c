"""The form of a practitioner who refers."""

from clients.forms.base import Group, HouseForm, text, yes


class ReferrerForm(HouseForm):
    reads = ("first_name", "last_name", "npi", "phone", "fax", "active")
    groups = (Group("", ("first_name", "last_name", "npi", "phone", "fax", "active")),)

    first_name = text("First name", 35)
    last_name = text("Last name", 60)
    npi = text("NPI", 14, inputmode="numeric", help_text="Ten digits; the last one checks the others")
    phone = text("Phone", 30, required=False, inputmode="tel")
    fax = text("Fax", 30, required=False, inputmode="tel")
    active = yes("In the lists")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if self.row is None:
            del self.fields["active"]
