"""Letters by API: a program does what the pages do, once."""

from typing import Any

import pytest
from django.test import Client

from billing import actions as billing
from billing import books
from billing.models import Charge, CreditNote, Statement, Superbill
from practice import clock
from practice.tenancy import tenant
from tests import world

pytestmark = pytest.mark.django_db


class Program:
    """Calls of one member; each write with a new key unless one is given."""

    def __init__(self, here: world.World, member: Any) -> None:
        self.web, self.base, self.calls = Client(), f"/api/v1/p/{here.slug}/", 0
        self.web.force_login(member.user)

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.web.get(self.base + path)
        assert answer.status_code == status, answer.content
        return answer.json()

    def post(self, path: str, body: dict[str, Any], status: int = 201, key: str = "") -> Any:
        self.calls += 1
        headers = {"Idempotency-Key": key or f"call number {self.calls}"}
        answer = self.web.post(self.base + path, body, content_type="application/json", headers=headers)
        assert answer.status_code == status, answer.content
        return answer.json()


def test_a_program_writes_letters() -> None:
    with world.practice() as here:
        case = here.client(first="Selma")
        here.signed(case, ("97110", 33), ("97140", 15))
        here.answer_bells()
        person = case.client.guarantor_id
        [invoice] = billing.make_invoices(by=here.bob, contacts=[person])
        first, second = Charge.objects.order_by("id").values_list("pk", flat=True)
        program = Program(here, here.bob)
        client = f"clients/{case.client_id}"

        told = program.get(f"contacts/{person}/statement/")
        assert (told["sent"], told["printed"]["totals"]["owed"]) == (0, "176.00")
        [made] = program.post("statements/", {"contacts": [person]}, key="statement of today")
        assert program.post("statements/", {"contacts": [person]}, key="statement of today") == [made]
        assert program.get(f"statements/{made['id']}/") == made and made["owed"] == "176.00"
        assert program.get("statements/")["count"] == 1 == Statement.objects.count()

        rows = program.get(f"{client}/superbills/candidates/")["results"]
        assert {row["charge"]: row["refusal"] for row in rows} == {first: "", second: ""}
        bill = program.post(f"{client}/superbills/", {"charges": [first]})
        assert (bill["charged"], bill["void"]) == ("116.00", "")
        refused = program.post(f"{client}/superbills/", {"charges": [first]}, status=400)
        assert "on superbill 1001 already" in str(refused)
        void = program.post(f"superbills/{bill['id']}/void/", {"reason": "Wrong visit"}, status=200)
        assert void["void"] == "Wrong visit" == program.get(f"superbills/{bill['id']}/")["void"]
        assert program.get(f"{client}/superbills/")["count"] == 1 == Superbill.objects.count()

        asked = {
            "case": case.pk, "clinician": here.ot.pk, "location": here.location.pk, "frequency": "once a week",
            "starts_on": "2026-06-15", "ends_on": "2026-12-15", "asked_on": "2026-06-15", "requested": True,
            "services": [{"code": "97110", "units": 1, "visits": 1}],
        }  # fmt: skip
        estimate = program.post(f"{client}/estimates/", asked)
        assert (estimate["total"], estimate["billed"], estimate["passed_by"]) == ("58.00", "176.00", None)
        assert program.get(f"estimates/{estimate['id']}/") == estimate
        assert program.get(f"{client}/estimates/")["results"] == [estimate]
        program.post(f"{client}/estimates/", asked | {"ends_on": "2027-06-15"}, status=400)
        program.post(f"{client}/estimates/", asked | {"case": 0}, status=400)
        other = here.client().pk
        program.post(f"{client}/estimates/", asked | {"case": other}, status=404)

        note = program.post(f"invoices/{invoice.pk}/void/", {"reason": "Wrong address"})
        assert note == {"number": 1001, "total": "176.00", "noted_on": "2026-06-15", "reason": "Wrong address"}
        assert "void already" in str(program.post(f"invoices/{invoice.pk}/void/", {"reason": "Again"}, status=409))
        assert [row["id"] for row in program.get("invoices/?state=void")["results"]] == [invoice.pk]
        assert program.get("invoices/?state=paid")["count"] == 0
        desk = Program(here, here.sam)
        desk.post(f"invoices/{invoice.pk}/void/", {"reason": "May not"}, status=403)
        desk.get(f"superbills/{bill['id']}/", status=403)
    with clock.at(world.NOON), tenant(here.practice, here.olivia):
        assert CreditNote.objects.count() == 1 and books.wrong() == []
