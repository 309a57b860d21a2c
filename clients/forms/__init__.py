"""Forms about clients. What is wrong with a value is said by the verb; forms only read it.

One class for each thing, in a module of its noun; `values()` are the arguments of its verb, and `refuse()` shows at
the fields what the verb said. A page that asks for several things takes several forms with a prefix each.
"""

from clients.forms.authorizations import AuthorizationForm, LeaveForm, MemberIdForm
from clients.forms.base import DayForm, HouseForm, ReasonForm
from clients.forms.benefits import BenefitForm
from clients.forms.cases import CaseForm, DiagnosesForm
from clients.forms.coverages import CardForm, CoverageForm
from clients.forms.payers import PayerForm
from clients.forms.people import CareForm, ClientForm, PersonForm
from clients.forms.referrers import ReferrerForm

__all__ = [
    "AuthorizationForm",
    "BenefitForm",
    "CardForm",
    "CareForm",
    "CaseForm",
    "ClientForm",
    "CoverageForm",
    "DayForm",
    "DiagnosesForm",
    "HouseForm",
    "LeaveForm",
    "MemberIdForm",
    "PayerForm",
    "PersonForm",
    "ReasonForm",
    "ReferrerForm",
]
