"""Who renders: one clinician or a finding that says why none; and what becomes of claims by it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from claims import actions as claims
from claims.models import Claim, ClaimEvent, Delivery
from claims.outgoing import submission_of
from clients.enrollments import actions
from clients.enrollments.models import Enrollment
from clients.rendering import Enrolled, Level, PayerRule, Renders, Standing, Treating, standing_on, who_renders
from practice import actions as house
from practice.findings import BadInput, Finding, Severity
from sessions.writing.cosigning import cosign
from tests import world

DAY = date(2026, 11, 14)
DANA = Treating(1, "Dana Reyes", Level.THERAPIST)
PETER = Treating(2, "Peter Lang", Level.THERAPIST)
FELLOW = Treating(3, "Ann Ito", Level.THERAPIST, DANA)
ASSISTANT = Treating(4, "Grace Okafor", Level.ASSISTANT, DANA)
STUDENT = Treating(5, "Lee Park", Level.STUDENT, DANA)


def payer(*known: Enrolled, allows: bool = False) -> PayerRule:
    return PayerRule(9, "Aetna", allows, known)


def enrolled(who: Treating, standing: Standing = Standing.ENROLLED, **days: date) -> Enrolled:
    return Enrolled(who.id, standing, days.get("starts_on", date(2026, 1, 1)), days.get("ends_on"), f"A{who.id}")


SOMEBODY = enrolled(PETER)


@pytest.mark.parametrize(
    ("treated", "rule", "answer"),
    [
        (PETER, payer(), Renders(2)),  # nothing is known of this payer: nobody is held back
        (ASSISTANT, payer(), Renders(1)),
        (STUDENT, payer(allows=True), Renders(1)),
        (PETER, payer(enrolled(PETER)), Renders(2, "A2")),
        (ASSISTANT, payer(enrolled(DANA)), Renders(1, "A1")),
        (ASSISTANT, payer(enrolled(DANA), enrolled(ASSISTANT)), Renders(1, "A1")),  # an assistant never renders
        (STUDENT, payer(enrolled(DANA), allows=True), Renders(1, "A1")),
        (FELLOW, payer(enrolled(DANA), allows=True), Renders(1, "A1")),
        (FELLOW, payer(enrolled(FELLOW), enrolled(DANA), allows=True), Renders(3, "A3")),
        (PETER, payer(enrolled(PETER, starts_on=DAY, ends_on=DAY)), Renders(2, "A2")),
    ],
)
def test_who_stands_on_the_claim(treated: Treating, rule: PayerRule, answer: Renders) -> None:
    assert who_renders(treated, rule, DAY) == answer


@pytest.mark.parametrize(
    ("treated", "rule", "message", "detail"),
    [
        (DANA, payer(SOMEBODY), "Dana Reyes is not enrolled with Aetna on Nov 14, 2026", "If she is, enter from when."),
        (
            PETER,
            payer(enrolled(PETER, Standing.PENDING)),
            "Peter Lang's enrollment with Aetna is pending on Nov 14, 2026",
            "Enter the enrollment when it comes.",
        ),
        (PETER, payer(enrolled(PETER, Standing.NOT)), "Peter Lang is not enrolled", "enter from when"),
        (PETER, payer(enrolled(PETER, ends_on=DAY - timedelta(1))), "Peter Lang is not enrolled", ""),
        (PETER, payer(enrolled(PETER, starts_on=DAY + timedelta(1))), "Peter Lang is not enrolled", ""),
        (FELLOW, payer(enrolled(DANA)), "Ann Ito is not enrolled", "under Dana Reyes, allow it"),
        (FELLOW, payer(SOMEBODY, allows=True), "Ann Ito is not enrolled", "Dana Reyes is not enrolled then either"),
        (Treating(6, "Bo Lim", Level.THERAPIST, ASSISTANT), payer(SOMEBODY, allows=True), "Bo Lim is not", "enter"),
        (ASSISTANT, payer(SOMEBODY), "Dana Reyes is not enrolled", "would stand on the claim for Grace Okafor"),
        (STUDENT, payer(), "Lee Park is a student, and Aetna does not take", "allow it under Settings"),
        (STUDENT, payer(enrolled(STUDENT), enrolled(DANA)), "Lee Park is a student", "bill the client or no one"),
        (Treating(7, "Jo", Level.ASSISTANT), payer(), "Jo is an assistant without a supervisor", "a therapist"),
        (Treating(8, "Kit", Level.STUDENT, ASSISTANT), payer(allows=True), "Kit is a student without", "a therapist"),
    ],
)
def test_why_a_claim_is_held(treated: Treating, rule: PayerRule, message: str, detail: str) -> None:
    found = who_renders(treated, rule, DAY)
    assert isinstance(found, Finding)
    assert (found.rule, found.severity) == ("renders", Severity.CANNOT_GO)
    assert found.message.startswith(message) and found.message.endswith("the claim is held.")
    assert detail in found.detail
    assert found.fix is not None and (found.fix.verb, found.fix.target) == ("enrollment", 9)


people = st.sampled_from([DANA, PETER, FELLOW, ASSISTANT, STUDENT, Treating(7, "Jo", Level.ASSISTANT)])
days = st.dates(date(2026, 10, 1), date(2026, 12, 31))


@st.composite
def enrollments(draw: st.DrawFn) -> tuple[Enrolled, ...]:
    """Periods of up to five people; those of one never cross."""
    rows = []
    for who in range(1, 6):
        edges = sorted(draw(st.lists(days, max_size=4, unique=True)))
        for start, end in zip(edges[::2], edges[1::2], strict=False):
            rows.append(Enrolled(who, draw(st.sampled_from(Standing)), start, end, str(who)))
    return tuple(rows)


@given(people, enrollments(), st.booleans(), days)
def test_exactly_one_renders_or_a_finding_says_why_none(
    treated: Treating, known: tuple[Enrolled, ...], allows: bool, on: date
) -> None:
    answer = who_renders(treated, PayerRule(9, "Aetna", allows, known), on)
    if isinstance(answer, Finding):
        assert treated.name in answer.message + answer.detail and answer.fix is not None
        return
    assert answer.clinician in {treated.id, treated.supervisor.id if treated.supervisor else 0}
    renders = treated if answer.clinician == treated.id else treated.supervisor
    assert renders is not None and renders.level is Level.THERAPIST
    if known:
        row = standing_on(answer.clinician, known, on)
        assert row is not None and row.standing is Standing.ENROLLED and row.number == answer.number
    if treated.level is not Level.ASSISTANT and renders != treated:
        assert allows


# --- rows and claims ---------------------------------------------------------------------------------


@pytest.fixture
def here(db: None) -> Any:
    with world.practice() as here:
        yield here


def enter(here: world.World, clinician: Any = None, state: str = "enrolled", **fields: Any) -> Enrollment:
    fields = {"starts_on": date(2026, 1, 1)} | fields
    return actions.enter_enrollment(
        by=here.olivia, clinician=clinician or here.ot, payer=here.aetna, state=state, **fields
    )


def test_a_later_period_ends_the_open_one(here: world.World) -> None:
    first = enter(here, state="pending")
    enter(here, starts_on=date(2026, 7, 1), number=" A77 ")
    first.refresh_from_db()
    assert first.ends_on == date(2026, 6, 30)
    assert list(Enrollment.objects.order_by("id").values_list("state", "number")) == [
        ("pending", ""),
        ("enrolled", "A77"),
    ]


@pytest.mark.parametrize(
    ("fields", "where", "text"),
    [
        ({"ends_on": date(2025, 12, 31)}, "ends_on", "before the first"),
        ({"state": "maybe"}, "state", "Choose enrolled, pending or not enrolled"),
        ({"number": "A" * 31}, "number", "at most 30"),
        ({"number": "A\0"}, "number", "at most 30"),
        ({"starts_on": date(2025, 6, 1)}, "starts_on", "She is enrolled there from 2026-01-01 to 2026-03-31"),
        ({"starts_on": date(2026, 3, 31)}, "starts_on", "She is enrolled there from 2026-01-01 to 2026-03-31"),
    ],
)
def test_what_cannot_be_entered(here: world.World, fields: dict[str, Any], where: str, text: str) -> None:
    enter(here, ends_on=date(2026, 3, 31))
    with pytest.raises(BadInput) as refused:
        enter(here, **fields)
    assert list(refused.value.errors) == [where] and text in refused.value.errors[where]
    assert Enrollment.objects.count() == 1


def test_periods_are_corrected_and_taken_back(here: world.World) -> None:
    row = enter(here, ends_on=date(2026, 3, 31))
    other = enter(here, starts_on=date(2026, 4, 1))
    with pytest.raises(BadInput, match="She is enrolled there from 2026-04-01 on"):
        actions.change_enrollment(by=here.bob, enrollment=row, state="enrolled", starts_on=date(2026, 1, 1))
    changed = {"state": "not", "starts_on": date(2026, 2, 1), "ends_on": date(2026, 3, 31)}
    actions.change_enrollment(by=here.bob, enrollment=row, **changed)  # type: ignore[arg-type]
    actions.remove_enrollment(by=here.bob, enrollment=other)
    assert Enrollment.objects.values("state", "starts_on", "ends_on").get() == changed


def test_the_database_refuses_crossing_periods(here: world.World) -> None:
    row = enter(here)
    with pytest.raises(IntegrityError, match="one_enrollment_a_day"), transaction.atomic():
        Enrollment.objects.create(clinician=row.clinician, payer=row.payer, state="not", starts_on=date(2026, 5, 1))


def test_a_claim_is_held_and_let_go(here: world.World) -> None:
    """Without any enrollment nothing is held; with somebody else's it is, until hers is entered."""
    case = here.client(payer=here.aetna)
    here.signed(case, ("97530", 38))
    here.answer_bells()
    claim = Claim.objects.get()
    assert (claim.worst, claim.clinician) == ("", here.ot)
    enter(here, here.pt)
    here.answer_bells()
    claim.refresh_from_db()
    [found] = claim.findings
    assert (found["rule"], claim.worst) == ("renders", "cannot_go")
    assert found["message"] == "Alice Atherton is not enrolled with Aetna on Jun 15, 2026; the claim is held."
    enter(here, number="A77")
    here.answer_bells()
    claim.refresh_from_db()
    assert (claim.worst, claim.findings, Claim.objects.count()) == ("", [], 1)
    here.partner()
    interchange = claims.submit(by=here.bob, claims=[claim.pk], undo=0)
    sent = submission_of(getattr(interchange, "interchange", None) or Claim.objects.get().interchange)
    assert sent.claims[0].rendering.number == "A77"


def test_a_supervisor_comes_onto_the_claim_where_the_payer_allows(here: world.World) -> None:
    """The waiting claim gives way to one in her name; what was sent stays as it was sent."""
    lead = house.add_clinician(
        by=here.olivia, member=here.bob, discipline="OT", credentials="OTD", npi=world.NPIS[3], taxonomy="225X00000X"
    )
    here.ot.supervisor = lead
    here.ot.save(update_fields=["supervisor"])
    case = here.client(payer=here.aetna)
    cosign(by=here.bob, session=here.signed(case, ("97530", 38)))
    here.answer_bells()
    enter(here, lead)
    actions.let_supervisors_render(by=here.bob, payer=here.aetna, allowed=True)
    here.answer_bells()
    old, new = Claim.objects.order_by("id")
    assert (old.delivery, old.clinician) == (Delivery.WITHDRAWN, here.ot)
    assert (new.delivery, new.clinician, new.worst, new.total) == (Delivery.MADE, lead, "", old.total)
    assert ClaimEvent.objects.filter(claim=old, what="withdrawn").count() == 1
    here.partner()
    claims.submit(by=here.bob, claims=[new.pk], undo=0)
    actions.let_supervisors_render(by=here.bob, payer=here.aetna, allowed=False)
    here.answer_bells()
    assert Claim.objects.count() == 2 and Claim.objects.get(pk=new.pk).clinician == lead


def test_a_student_is_billed_under_her_supervisor_or_held(here: world.World) -> None:
    case = here.client(payer=here.aetna, clinician=here.assistant)
    here.assistant.assistant, here.assistant.student = False, True
    here.assistant.save(update_fields=["assistant", "student"])
    cosign(by=here.alice, session=here.signed(case, ("97530", 38), clinician=here.assistant))
    here.answer_bells()
    claim = Claim.objects.get()
    assert (claim.clinician, claim.worst) == (here.ot, "cannot_go")
    assert "Carol Castle is a student" in claim.findings[0]["message"]
    actions.let_supervisors_render(by=here.bob, payer=here.aetna, allowed=True)
    here.answer_bells()
    claim.refresh_from_db()
    assert (claim.clinician, claim.worst, Claim.objects.count()) == (here.ot, "", 1)
