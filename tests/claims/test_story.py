"""A signed session becomes money: every step by the real actions, files and sandbox payer."""

from decimal import Decimal

import pytest

from billing import books
from claims import actions
from claims.models import Claim, Decision, Delivery, Remittance, RemittanceState
from tests import world

pytestmark = pytest.mark.django_db


def test_a_medicare_session_is_paid() -> None:
    with world.practice() as here:
        partner = here.partner()
        here.signed(here.client(payer=here.medicare), ("97110", 33), ("97140", 7))
        here.answer_bells()
        claim = Claim.objects.get()
        assert claim.findings == [] and claim.total == Decimal("176.00")
        assert [(x.code, x.modifiers, x.units) for x in claim.lines.all()] == [
            ("97110", ["GO"], 2),
            ("97140", ["GO"], 1),
        ]
        actions.submit(by=here.bob, claims=[claim.pk], undo=0)
        here.exchange(partner)
        claim.refresh_from_db()
        assert (claim.delivery, claim.decision) == (Delivery.ACCEPTED, Decision.PAID)
        remittance = Remittance.objects.get()
        assert remittance.state == RemittanceState.POSTED
        assert books.wrong() == []
