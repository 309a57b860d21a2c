"""Heart. Which column of a file is what: its name in plain words, or as the exports of other systems call it.

A name counts without capitals, spaces and signs, with or without “Client”, “Patient”, “Insurance” … before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from clients.imports.files import Unreadable


class Kind(StrEnum):
    TEXT = "text"
    DAY = "day"
    SEX = "sex"
    RELATION = "relation"
    RANK = "rank"
    DOLLARS = "dollars"
    CODES = "codes"
    DISCIPLINE = "discipline"
    NUMBER = "number"


class Part(StrEnum):
    """What of a client a column is about."""

    CLIENT = "client"
    GUARANTOR = "guarantor"
    PLAN = "plan"
    CASE = "case"


PREFIXES = {
    Part.CLIENT: ("", "client", "patient", "pt"),
    Part.GUARANTOR: ("guarantor", "responsibleparty", "billingcontact"),
    Part.PLAN: ("", "insurance", "primary", "primaryinsurance", "primaryinsurancepolicy", "plan", "policy", "coverage"),
    Part.CASE: ("", "case"),
}


@dataclass(frozen=True)
class Field:
    """`label` is how we call the column; `words` are other names, folded; a text has `length` signs at most."""

    name: str
    label: str
    part: Part
    kind: Kind
    length: int
    words: tuple[str, ...]


def _field(name: str, label: str, part: Part, words: str, kind: Kind = Kind.TEXT, length: int = 60) -> Field:
    return Field(name, label, part, kind, length, tuple(words.split()))


C, G, L, E = Part.CLIENT, Part.GUARANTOR, Part.PLAN, Part.CASE
FIELDS = (
    _field("reference", "Number", C, "id number no account accountnumber mrn chartnumber chart chartid externalid recordnumber", length=40),
    _field("full_name", "Name", C, "fullname", length=97),
    _field("first_name", "First name", C, "first firstname fname givenname forename", length=35),
    _field("last_name", "Last name", C, "last lastname lname surname familyname"),
    _field("birth_on", "Born", C, "birthday birthdate dateofbirth dob birth bornon", Kind.DAY),
    _field("sex", "Sex", C, "gender birthsex sexatbirth administrativesex", Kind.SEX),
    _field("street", "Street", C, "address address1 addressline1 street1 streetaddress homeaddress", length=55),
    _field("city", "City", C, "town", length=30),
    _field("state", "State", C, "province addressstate", length=20),
    _field("zip", "ZIP", C, "zipcode postalcode postcode", length=12),
    _field("phone", "Phone", C, "phonenumber mobile mobilephone cell cellphone homephone telephone", length=30),
    _field("email", "Email", C, "emailaddress mail", length=254),
    _field("clinician", "Clinician", C, "therapist provider primaryclinician primarytherapist assignedclinician renderingprovider", length=80),
    _field("guarantor_first", "Guarantor first name", G, "first firstname fname", length=35),
    _field("guarantor_last", "Guarantor last name", G, "last lastname lname"),
    _field("guarantor_relation", "Guarantor relation", G, "relation relationship relationshiptopatient", length=20),
    _field("guarantor_phone", "Guarantor phone", G, "phone phonenumber", length=30),
    _field("guarantor_email", "Guarantor email", G, "email emailaddress", length=254),
    _field("payer", "Payer", L, "payername payerid insurance insurancename insurancecompany company companyname carrier insurer insurancepayer planname"),
    _field("member_id", "Member ID", L, "memberid membernumber memberno policynumber policyid policy subscriberid insuredid idnumber insuranceid insurancenumber", length=60),
    _field("group_number", "Group", L, "groupnumber groupid groupno", length=30),
    _field("rank", "Order", L, "priority rank coverageorder level cob sequence insurancetype payerorder", Kind.RANK),
    _field("starts_on", "First day", L, "startdate start effectivedate effective effectivefrom from validfrom begins begindate coveragestart", Kind.DAY),
    _field("ends_on", "Last day", L, "enddate end terminationdate termdate expirationdate expires until validto to coverageend", Kind.DAY),
    _field("relation", "Relation", L, "relationship relationtosubscriber relationshiptosubscriber relationshiptoinsured patientrelationship clientrelationship", Kind.RELATION),
    _field("subscriber_first", "Subscriber first name", L, "subscriberfirst insuredfirstname insuredfirst policyholderfirstname", length=35),
    _field("subscriber_last", "Subscriber last name", L, "subscriberlast insuredlastname insuredlast policyholderlastname"),
    _field("subscriber_birth_on", "Subscriber born", L, "subscriberdob subscriberbirthday subscriberdateofbirth insureddob insureddateofbirth policyholderdob", Kind.DAY),
    _field("subscriber_sex", "Subscriber sex", L, "subscribergender insuredsex insuredgender policyholdergender", Kind.SEX),
    _field("copay", "Copay", L, "copayamount copayment visitcopay", Kind.DOLLARS),
    _field("visit_limit", "Number of visits", L, "visitlimit maxvisits visitsallowed eapvisits eapsessions", Kind.NUMBER),
    _field("discipline", "Discipline", E, "therapytype therapy servicetype", Kind.DISCIPLINE),
    _field("complaint", "Treated for", E, "complaint chiefcomplaint condition reason reasonforvisit problem", length=80),
    _field("diagnoses", "Diagnoses", E, "diagnosis diagnosiscodes diagnosiscode icd10 icd icdcode icd10code icd10codes dx dxcodes", Kind.CODES, 200),
    _field("opened_on", "Case opened", E, "opened openedon admissiondate startofcare soc socdate", Kind.DAY),
    _field("onset_on", "Onset", E, "onsetdate dateofonset injurydate", Kind.DAY),
    _field("referrer_npi", "Referrer NPI", E, "referringnpi referringprovidernpi referringphysiciannpi physiciannpi doctornpi", length=20),
    _field("referrer_first", "Referrer first name", E, "referringfirstname referringproviderfirstname physicianfirstname", length=35),
    _field("referrer_last", "Referrer last name", E, "referringlastname referringproviderlastname physicianlastname"),
)  # fmt: skip
BY_NAME = MappingProxyType({field.name: field for field in FIELDS})
OURS = ("whattomend", "line")  # what the file of bad rows carries beside its own columns


def folded(text: str) -> str:
    """Letters and digits alone, small: "Date of birth" is "dateofbirth"."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _known() -> dict[str, str]:
    """Field by folded column name. A name that stands in the list wins over one made with a prefix."""
    known = {folded(field.label): field.name for field in FIELDS}
    for plain in (True, False):
        for field in FIELDS:
            for prefix in PREFIXES[field.part]:
                for word in (folded(field.label), *field.words):
                    if plain == (prefix == PREFIXES[field.part][0]):
                        known.setdefault(prefix + word, field.name)
    return known


KNOWN = MappingProxyType(_known())


@dataclass(frozen=True)
class Columns:
    """The place of each field's column, what each is called in the file, and the columns nobody asked for."""

    places: dict[str, int]
    heads: tuple[str, ...]
    unused: tuple[str, ...]

    def head(self, field: str) -> str:
        """How the file calls the column of a field; how we call it where the file has none. "" is the whole row."""
        if field in self.places:
            return self.heads[self.places[field]]
        return BY_NAME[field].label if field in BY_NAME else ""


def matched(heads: Sequence[str]) -> Columns:
    """Which column is what. Raises Unreadable where one that is needed is missing, or two are the same."""
    places: dict[str, int] = {}
    unused = []
    for place, head in enumerate(heads):
        name = KNOWN.get(folded(head))
        if name is None:
            unused += [head] if head and folded(head) not in OURS else []
        elif name in places:
            both = f"“{heads[places[name]][:40]}” and “{head[:40]}”"
            raise Unreadable(f"The columns {both} are both taken for {BY_NAME[name].label}; take out or rename one")
        else:
            places[name] = place
    if missing := _missing(places):
        raise Unreadable(f"There is no column for {' and '.join(missing)}; name the columns in the first line")
    return Columns(places, tuple(heads), tuple(unused))


def _missing(places: dict[str, int]) -> list[str]:
    named = "full_name" in places
    needed = ("birth_on", "sex") if named else ("first_name", "last_name", "birth_on", "sex")
    return [BY_NAME[name].label for name in needed if name not in places]
