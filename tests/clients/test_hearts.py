"""Who pays for a visit, which authorization it stands on, and which visit of the plan's year it is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients import benefits
from clients.authorizations import Leave, Use, allot, why_none
from clients.authorizations import warnings as leave_warnings
from clients.benefits import Promise, copay, listed, newest, ordinal, over_limit, place, year_of
from clients.coverage import Covered, Payers, Visit, concerns, in_force, payers, serves
from clients.limits import Breach, Known, Planned, breaches, examine
from clients.tallies import tallies
from practice.findings import Finding, Severity

DAY = date(2026, 11, 14)


def days(*steps: int) -> list[date]:
    return [DAY + timedelta(days=n) for n in steps]


def visit(n: int = 0, discipline: str = "OT", case: int = 1, cause: str = "illness", hab: bool = False) -> Visit:
    return Visit(DAY + timedelta(days=n), discipline, case, cause, hab)


dates = st.integers(0, 12).map(lambda n: DAY + timedelta(days=n - 6))
disciplines = st.sampled_from(["OT", "SLP"])
CAUSES = {1: "illness", 2: "work", 3: "auto"}
visits = st.builds(lambda d, x, c: Visit(d, x, c, CAUSES[c]), dates, disciplines, st.sampled_from(list(CAUSES)))
coverages = st.lists(
    st.builds(
        Covered,
        id=st.integers(1, 10_000),
        rank=st.integers(1, 3),
        starts_on=dates,
        ends_on=st.one_of(st.none(), dates),
        name=st.just("Plan"),
        kind=st.sampled_from(["commercial", "workers_comp", "auto", "employee_assistance"]),
        case=st.one_of(st.none(), st.none(), st.integers(1, 3)),
        disciplines=st.sampled_from([frozenset[str](), frozenset({"OT"})]),
        visit_limit=st.one_of(st.none(), st.integers(1, 3)),
    ),
    max_size=5,
    unique_by=lambda c: c.id,
)
people = st.tuples(coverages, st.lists(visits, max_size=10))


# --- coverage -------------------------------------------------------------------------------------


def brute_order(found: list[Covered], one: Visit, every: list[Visit]) -> list[Covered]:
    """The rules read one after the other, each limit counted by asking the same of all earlier visits."""
    earlier = {other for other in every if other < one}
    fit = []
    for c in found:
        if not (c.starts_on <= one.day <= (c.ends_on or date.max)) or (
            c.disciplines and one.discipline not in c.disciplines
        ):
            continue
        general = {"work": ("workers_comp",), "auto": ("auto", "commercial", "employee_assistance")}
        if c.case not in (None, one.case):
            continue
        if c.case is None and c.kind not in general.get(one.cause, ("commercial", "employee_assistance")):
            continue
        paid = {o.day for o in earlier if c in brute_order(found, o, every)} if c.visit_limit else set()
        if c.visit_limit is None or one.day in paid or len(paid) < c.visit_limit:
            fit.append(c)
    own = {"work": "workers_comp", "auto": "auto"}.get(one.cause)
    groups = [
        [c for c in fit if c.case], [c for c in fit if not c.case and c.kind == own],
        [c for c in fit if not c.case and c.kind != own],
    ]  # fmt: skip
    order: list[Covered] = []
    for group in groups:
        # The tied ones of the right kind come before the tied others.
        group.sort(key=lambda c: c.id)
        group.sort(key=lambda c: c.starts_on, reverse=True)
        group.sort(key=lambda c: c.visit_limit is None)
        group.sort(key=lambda c: c.rank)
        group.sort(key=lambda c: c.kind != own)
        order += group
    assistance = [n for n, c in enumerate(order) if c.kind == "employee_assistance"]
    return order[: assistance[0] + 1] if assistance else order


@given(people)
def test_the_order_is_that_of_the_rules_read_one_by_one(known: tuple[list[Covered], list[Visit]]) -> None:
    found, every = known
    answers = payers(found, every)
    for one, paid in answers.items():
        assert list(paid.order) == brute_order(found, one, sorted(set(every)))
        for here, there in zip(paid.order, [*paid.order[1:], None], strict=False):
            assert paid.after(here.id) == there
        assert paid.after(0) is None


@given(people)
def test_exactly_one_pays_first_or_it_says_why_none(known: tuple[list[Covered], list[Visit]]) -> None:
    found, every = known
    for one, paid in payers(found, every).items():
        rules = [finding.rule for finding in paid.findings]
        if paid.first:
            assert serves(paid.first, one) and "coverage.none" not in rules
        elif any(concerns(c, one) for c in found) or one.cause == "work":
            assert rules == ["coverage.none"] and paid.findings[0].message
        else:
            assert rules == []  # she never had a plan for it and pays herself


def test_a_new_plan_replaces_the_old_one_and_says_that_both_pay_first() -> None:
    old = Covered(1, 1, date(2025, 1, 1), None, "Aetna")
    new = Covered(2, 1, date(2026, 1, 1), None, "Cigna")
    second = Covered(3, 2, date(2025, 1, 1), None, "BCBS")
    paid = payers([old, second, new], [visit()])[visit()]
    assert paid.order == (new, old, second)
    assert [f.message for f in paid.findings] == ["Cigna and Aetna both pay first: say which"]
    assert payers([second, new], [visit()])[visit()].findings == ()
    assert payers([new], [visit(-700)])[visit(-700)].first is None and in_force(new, DAY)


def test_employee_assistance_pays_three_visits_then_the_plan() -> None:
    """Story 13; a visit entered late takes its place, and the ones after it shift."""
    lyra = Covered(1, 1, date(2026, 1, 1), None, "Lyra", "employee_assistance", visit_limit=3)
    aetna = Covered(2, 1, date(2026, 1, 1), None, "Aetna", "commercial")
    every = [visit(n) for n in (0, 7, 14, 21)]
    paid = payers([aetna, lyra], every)
    assert [[c.name for c in paid[v].order] for v in every] == [["Lyra"], ["Lyra"], ["Lyra"], ["Aetna"]]
    assert not any(answer.findings for answer in paid.values())
    late = payers([aetna, lyra], [*every, visit(3), visit(3, "SLP")])
    assert [late[v].order[0].name for v in (*every, visit(3, "SLP"))] == ["Lyra", "Lyra", "Aetna", "Aetna", "Lyra"]
    alone = payers([lyra], every)[every[3]]
    assert [f.message for f in alone.findings] == ["The 3 visits that Lyra pays for are used and nothing follows"]
    one = Covered(1, 1, DAY, None, "Lyra", visit_limit=1)
    assert payers([one], every)[every[1]].findings[0].message == (
        "The only visit that Lyra pays for is used and nothing follows"
    )


@pytest.mark.parametrize(
    ("found", "one", "first", "says"),
    [
        ([], visit(), None, ""),
        ([Covered(1, 1, DAY, date(2026, 11, 30), "Aetna")], visit(17), None, "Aetna ended on Nov 30 and nothing follows"),
        ([Covered(1, 1, date(2025, 1, 1), date(2025, 10, 31), "Aetna")], visit(), None, "Aetna ended on Oct 31, 2025 and nothing follows"),
        ([Covered(1, 1, DAY, None, "Aetna")], visit(-1), None, "Aetna starts on Nov 14"),
        (
            [Covered(1, 1, date(2026, 1, 1), date(2026, 10, 31), "Aetna"), Covered(2, 1, date(2026, 12, 1), None, "BCBS")],
            visit(), None, "Aetna ended on Oct 31 and BCBS starts on Dec 1: nothing is in force between",
        ),
        ([Covered(1, 1, DAY, None, "Aetna", disciplines=frozenset({"SLP", "OT"}))], visit(0, "PT"), None, "Aetna pays for OT and speech only and nothing else is in force on Nov 14"),
        ([Covered(1, 1, DAY, None, "Aetna", "commercial")], visit(0, cause="work"), None, "The case is an injury at work and no workers’ compensation coverage is in force on Nov 14"),
        ([Covered(1, 1, DAY, None, "Aetna", "commercial"), Covered(2, 9, DAY, None, "SFM", "workers_comp")], visit(0, cause="work"), "SFM", ""),
        ([Covered(1, 1, DAY, None, "SFM", "workers_comp")], visit(), None, ""),
        ([Covered(1, 1, DAY, None, "Aetna", "commercial"), Covered(2, 9, DAY, None, "Own", case=1)], visit(), "Own", ""),
        ([Covered(1, 1, DAY, None, "Aetna", "commercial"), Covered(2, 9, DAY, None, "PIP", "auto")], visit(0, cause="auto"), "PIP", ""),
        ([Covered(1, 1, DAY, None, "Aetna", "commercial"), Covered(2, 9, date(2026, 1, 1), date(2026, 11, 1), "PIP", "auto")], visit(0, cause="auto"), "Aetna", ""),
        ([Covered(1, 1, DAY, None, "Aetna", "commercial")], visit(0, cause="auto"), "Aetna", "The case is an auto accident and no auto medical coverage was entered: Aetna pays first"),
    ],
)  # fmt: skip
def test_who_pays_and_what_is_said(found: list[Covered], one: Visit, first: str | None, says: str) -> None:
    paid = payers(found, [one])[one]
    assert (paid.first.name if paid.first else None) == first
    assert [f.message for f in paid.findings] == ([says] if says else [])
    assert Payers().after(1) is None


# --- authorizations -------------------------------------------------------------------------------

leaves = st.lists(
    st.builds(
        Leave,
        id=st.integers(1, 99),
        number=st.just("A"),
        allowed=st.integers(1, 5),
        starts_on=dates,
        ends_on=dates,
        counts=st.sampled_from(["visits", "units"]),
        codes=st.sampled_from([frozenset[str](), frozenset({"97110"})]),
        withdrawn=st.booleans(),
    ),
    max_size=4,
    unique_by=lambda leave: leave.id,
)
uses = st.lists(
    st.builds(
        Use,
        day=dates,
        state=st.sampled_from(["used", "scheduled", "held"]),
        units=st.dictionaries(st.sampled_from(["97110", "97140"]), st.integers(1, 3), max_size=2),
    ),
    max_size=12,
    unique_by=lambda use: use.day,
)


@given(leaves, uses)
def test_no_authorization_is_overdrawn_and_none_with_enough_left_is_passed_by(
    found: list[Leave], given_: list[Use]
) -> None:
    allotted = allot(found, given_)
    left = {leave.id: leave.allowed for leave in found}
    for use in sorted(given_, key=lambda use: use.day):
        fitting = {a.id: a for a in found if a.covers(use.day) and 0 < a.need(use) <= left[a.id]}
        chosen = allotted.by_day[use.day]
        assert (chosen is None) == (not fitting)
        if chosen is None:
            assert why_none(found, use, allotted.short[use.day])
        else:
            left[chosen] -= fitting[chosen].need(use)
            assert allotted.outside.get(use.day, ()) == fitting[chosen].outside(use)
    assert {leave.id: allotted.left(leave) for leave in found} == left and all(n >= 0 for n in left.values())


def test_one_entered_late_is_allotted_to_past_visits() -> None:
    three = [Use(day) for day in days(0, 1, 2)]
    first = Leave(1, "A1", 2, DAY, DAY + timedelta(days=30))
    assert allot([first], three).by_day[three[2].day] is None
    late = Leave(2, "A2", 2, DAY, DAY + timedelta(days=5))
    both = allot([first, late], three)
    assert list(both.by_day.values()) == [2, 2, 1] and both.left(first) == 1
    assert both.counted(late, "used") == 2 and both.counted(late, "held") == 0


def test_units_are_taken_by_their_codes() -> None:
    exercise = Leave(1, "A1", 5, DAY, DAY, counts="units", codes=frozenset({"97110"}))
    use = Use(DAY, "used", {"97110": 3, "97165": 1})
    assert allot([exercise], [use]).left(exercise) == 2
    assert allot([exercise], [use]).outside == {DAY: ("97165",)}
    anything = Leave(2, "A2", 9, DAY, DAY + timedelta(days=90), counts="units")
    assert allot([exercise, anything], [use]).by_day == {DAY: 2}  # the one that is for all of its codes
    assert why_none([exercise], Use(DAY, "used", {"97165": 1}), {}) == "Authorization A1 is not for 97165."


def test_why_there_is_none() -> None:
    used = Leave(1, "A1", 12, DAY - timedelta(days=60), DAY)
    assert why_none([used], Use(DAY), {}) == "Authorization A1 allowed 12 visits and they are used."
    assert why_none([used], Use(DAY + timedelta(days=3)), {}) == "Authorization A1 ran out on Nov 14."
    assert why_none([], Use(DAY), {}) == "No authorization is on file."
    withdrawn = Leave(2, "A2", 12, DAY, DAY, withdrawn=True)
    assert why_none([withdrawn], Use(DAY), {}) == "Authorization A2 was withdrawn."


def test_little_that_is_left_is_said() -> None:
    some = Leave(1, "A1", 24, DAY, DAY + timedelta(days=9), counts="units")
    given_ = [Use(day, "used", {"97530": units}) for day, units in zip(days(0, 1, 2), (23, 4, 1), strict=True)]
    allotted = allot([some], given_)
    assert allotted.by_day == dict(zip(days(0, 1, 2), (1, None, 1), strict=True))
    said = "Authorization A1 has 1 unit left and this visit takes 4."
    assert why_none([some], given_[1], allotted.short[given_[1].day]) == said
    spent = Leave(2, "A2", 1, DAY, DAY + timedelta(days=99), counts="units")
    assert why_none([some, spent], given_[1], {1: 1, 2: 0}) == said
    known = Known(
        (PLAN,), (), {(1, 7): (some,)}, visits=tuple(Planned(visit(n), units=u.units) for n, u in enumerate(given_))
    )
    assert [f.message for f in examine(known, [visit(1)])[visit(1)]] == [said]


@pytest.mark.parametrize(
    ("left", "ends", "says"),
    [
        (3, 90, []),
        (2, 90, ["Authorization A1: 2 visits left of 12"]),
        (3, 30, ["Authorization A1 ends in 30 days"]),
        (3, 14, ["Authorization A1 ends in 14 days: ask for the next now"]),
        (3, 1, ["Authorization A1 ends tomorrow: ask for the next now"]),
        (1, 0, ["Authorization A1: 1 visit left of 12", "Authorization A1 ends today: ask for the next now"]),
        (1, -1, []),
    ],
)
def test_what_is_warned_of_an_authorization(left: int, ends: int, says: list[str]) -> None:
    leave = Leave(1, "A1", 12, date(2026, 1, 1), DAY + timedelta(days=ends))
    assert leave_warnings(leave, left, DAY) == says
    assert leave_warnings(Leave(1, "A1", 20, DAY, date(2027, 6, 1)), 4, DAY) == [
        "Authorization A1: 4 visits left of 20"
    ]


# --- benefits -------------------------------------------------------------------------------------


def promise(**changes: object) -> Promise:
    facts = {
        "id": 1, "coverage": 7, "disciplines": frozenset({"OT", "SLP"}), "starts_on": date(2026, 1, 1),
        "ends_on": None, "verified_at": datetime(2026, 2, 1, tzinfo=UTC), "verified_on": date(2026, 2, 1),
        "visit_limit": 20, "used_elsewhere": 6,
    }  # fmt: skip
    return Promise(**(facts | changes))  # type: ignore[arg-type]


PLAN = Covered(7, 1, date(2025, 1, 1), None, "Aetna", "commercial")


def test_ot_and_speech_share_twenty_visits_of_which_six_were_used_elsewhere() -> None:
    """The 14th is the last inside; the 15th says so."""
    shared = [visit(n, ("OT", "SLP")[n % 2], 1 + n % 2) for n in range(-20, -4)]
    known = Known((PLAN,), (promise(),), visits=tuple(Planned(v) for v in shared))
    found = [[f.message for f in findings] for findings in examine(known, shared).values()]
    assert found[:14] == [[]] * 14
    assert found[14] == ["15th visit of 2026: the plan pays 20 for OT and speech together, 6 were used elsewhere"]
    assert found[15] == ["16th visit of 2026: the plan pays 20 for OT and speech together, 6 were used elsewhere"]
    again = known.along([Planned(visit(-30, "OT", 1), "held")])  # one more before them: the 14th is the 15th now
    assert examine(again, [shared[13]])[shared[13]][0].message.startswith("15th visit of 2026")
    [first] = breaches(examine(known, shared))
    assert (first.day, first.more) == (shared[14].day, 1)
    assert first.sentence == (
        "Nov 8: 15th visit of 2026: the plan pays 20 for OT and speech together, 6 were used elsewhere."
        " What comes after is the client’s own, unless the plan allows more. So does 1 visit after it."
    )


def test_a_year_of_the_plan_and_what_it_leaves_out() -> None:
    fiscal = promise(
        plan_year_month=7, disciplines=frozenset({"OT"}), kind="habilitative", visit_limit=1, used_elsewhere=1
    )
    assert year_of(fiscal, date(2026, 6, 30)) == (date(2025, 7, 1), date(2026, 6, 30))
    assert year_of(fiscal, date(2026, 7, 1)) == (date(2026, 7, 1), date(2027, 6, 30))
    assert newest([fiscal], 7, visit()) is None  # it is for habilitative therapy alone
    both = [visit(0, hab=True), visit(1, hab=True), visit(1)]
    second = place(fiscal, both[1], both)
    assert (second.nth, second.elsewhere) == (2, 0)  # told in the year before
    told = over_limit(second)
    assert told and told.message == "2nd visit of the plan year from Jul 1, 2026: the plan pays 1 for OT"
    assert over_limit(place(fiscal, both[0], both)) is None
    one = over_limit(place(promise(visit_limit=1, used_elsewhere=1), visit(), []))
    assert one and one.message.endswith("together, 1 was used elsewhere")
    assert not place(promise(visit_limit=None), visit(), []).over


def test_the_newest_verified_counts() -> None:
    newer = promise(id=2, verified_at=datetime(2026, 3, 1, tzinfo=UTC), visit_limit=30)
    ended = promise(id=3, verified_at=datetime(2026, 4, 1, tzinfo=UTC), ends_on=date(2026, 6, 30))
    assert newest([newer, promise(), ended, promise(id=4, coverage=8)], 7, visit()) == newer
    assert newest([newer, ended], 7, visit(-200)) == ended
    assert newest([newer], 7, visit(-400)) is None


def test_an_authorization_and_a_referral_from_a_visit_on() -> None:
    asked = promise(visit_limit=None, used_elsewhere=0, authorization_from=3, referral_from=2)
    three = [visit(n) for n in (0, 1, 2)]
    known = Known((PLAN,), (asked,), needs=frozenset({7}), visits=tuple(Planned(v) for v in three))
    found = {v.day: [(f.rule, f.severity, f.message, f.detail) for f in fs] for v, fs in examine(known, three).items()}
    referral = (
        "referral",
        Severity.MAY_BE_DENIED,
        "No referral is on file for Nov 15",
        "Aetna asks for one from the 2nd visit of the year on.",
    )
    assert found[DAY] == []
    assert found[days(1)[0]] == [referral]
    assert found[days(2)[0]][0] == (
        "authorization", Severity.WILL_FAIL, "No authorization is on file.",
        "Aetna asks for one from the 3rd visit of the year on.",
    )  # fmt: skip
    for span, fine in (((None, None), True), ((DAY, DAY), False), ((days(2)[0], None), False)):
        told = examine(Known((PLAN,), (asked,), referrals={1: span}, visits=known.visits), [three[1]])[three[1]]
        assert [f.rule for f in told] == ([] if fine else ["referral"])


def test_what_was_verified_goes_before_the_copay_on_the_coverage() -> None:
    thirty, twenty = Decimal("30.00"), Decimal("20.00")
    assert copay(None, thirty) == (thirty, False)
    assert copay(promise(), None) == (None, False)
    assert copay(promise(copay=twenty, copay_per_day=True), thirty) == (twenty, True)


def test_words() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "112th",
    ]  # fmt: skip
    assert [listed(["OT"]), listed(["OT", "PT"]), listed(["OT", "PT", "speech"])] == [
        "OT",
        "OT and PT",
        "OT, PT and speech",
    ]
    finding = Finding("x", Severity.WILL_FAIL, "y", "Gone.")
    assert Breach(DAY, finding, 2).sentence == "Nov 14: Gone. So do 2 visits after it."


# --- all of it together ---------------------------------------------------------------------------

planned = st.lists(
    st.builds(
        Planned,
        visit=visits,
        state=st.sampled_from(["used", "scheduled", "held"]),
        units=st.dictionaries(st.sampled_from(["97110", "97140"]), st.integers(1, 3), max_size=2),
    ),
    max_size=12,
)
promises = st.lists(
    st.builds(
        promise,
        id=st.integers(1, 9),
        coverage=st.integers(1, 3),
        visit_limit=st.integers(1, 4),
        used_elsewhere=st.integers(0, 2),
        authorization_from=st.one_of(st.none(), st.integers(1, 4)),
    ),
    max_size=3,
    unique_by=lambda p: p.id,
)


@given(coverages, promises, leaves, planned)
def test_nothing_passes_a_limit_unnoticed(
    found: list[Covered], promised: list[Promise], some: list[Leave], planned: list[Planned]
) -> None:
    """Used, scheduled and held together: what has no finding fits inside every authorization and benefit."""
    numbered = tuple(Covered(**{**c.__dict__, "id": n}) for n, c in enumerate(found, start=1))
    kept = {(case, c.id): tuple(some) for case in CAUSES for c in numbered} if some else {}
    known = Known(numbered, tuple(promised), kept, frozenset({1, 2}), visits=tuple(planned))
    quiet = [v for v, findings in examine(known, list(known.merged)).items() if not findings]
    for (case, coverage), held in kept.items():
        allotted = known.allotment(case, coverage)
        silent = [v for v in quiet if v.case == case and known.first(v) == numbered[coverage - 1]]
        assert all(allotted.by_day[v.day] for v in silent)
        assert all(allotted.left(leave) >= 0 for leave in held)
    for c in numbered:
        seen = [v for v in quiet if known.first(v) == c]
        for v in seen:
            asked = newest(promised, c.id, v)
            if asked and asked.visit_limit:
                earlier = [
                    o for o in known.on(c.id) if asked.speaks_of(o) and (o.day, o.discipline) <= (v.day, v.discipline)
                ]
                counted = len({(o.day, o.discipline) for o in earlier}) + asked.used_elsewhere
                assert counted <= asked.visit_limit
            if asked and asked.authorization_from and counted >= asked.authorization_from:
                assert kept and known.allotment(v.case, c.id).by_day[v.day]


def twinned(found: list[Covered], chosen: int) -> tuple[list[Covered], Covered, Covered]:
    """The coverages, each with its plan, and one of them with its row on a merged chart, beside it in the order."""
    rows = [replace(c, id=10 * n, plan=f"plan {n}", chart=1) for n, c in enumerate(found, start=1)]
    one = rows.pop(chosen % len(rows))
    return rows, one, replace(one, id=one.id + 1, chart=2)


@given(coverages.filter(bool), st.integers(0, 4), dates, promises, leaves, planned)
def test_the_end_of_a_twin_row_raises_nothing(
    found: list[Covered], chosen: int, end: date, promised: list[Promise], some: list[Leave], planned: list[Planned]
) -> None:
    """The plan runs on with its row of the other chart: every visit stands as it did, and as much is left."""
    others, one, twin = twinned(found, chosen)
    last = min(max(end, one.starts_on), one.ends_on or date.max)
    asked = tuple(replace(p, coverage=(one.id, twin.id, 10)[p.coverage - 1]) for p in promised)
    kept = {(case, one.id): tuple(some) for case in CAUSES}

    def told(*rows: Covered) -> tuple[object, ...]:
        known = Known((*others, *rows), asked, kept, frozenset({one.id, twin.id}), visits=tuple(planned))
        findings = examine(known, list(known.merged))
        payer = {v: known.plan(p.first.id) if p.first else 0 for v, p in known.paid.items()}
        left = [known.allotment(case, one.id).left(leave) for case in CAUSES for leave in some]
        lines = [t.sentence for case, cause in CAUSES.items() for t in tallies(known, visit(0, "OT", case, cause))]
        return {v: [(f.rule, f.message) for f in each] for v, each in findings.items()}, payer, left, lines

    assert told(replace(one, ends_on=last), twin) == told(one, twin) == told(one, replace(twin, ends_on=last))


@given(coverages.filter(bool), st.integers(0, 4), dates, st.one_of(st.none(), dates), leaves, planned)
def test_however_its_rows_run_a_plan_passes_no_limit(
    found: list[Covered], chosen: int, starts: date, ends: date | None, some: list[Leave], planned: list[Planned]
) -> None:
    others, one, twin = twinned(found, chosen)
    rows, plan = (*others, one, replace(twin, starts_on=starts, ends_on=ends)), {one.id, twin.id}
    known = Known(rows, (), {(1, twin.id): tuple(some)}, frozenset(plan), visits=tuple(planned))
    paid = {v.day for v, p in known.paid.items() if plan & {c.id for c in p.order}}
    assert len(paid) <= (one.visit_limit or len(paid))
    quiet = [v for v, findings in examine(known, list(known.merged)).items() if not findings and v.case == 1]
    mine = {v.day: known.first(v) for v in quiet}
    stands = [known.allotment(1, c.id).by_day[day] for day, c in mine.items() if c and c.id in plan]
    assert None not in stands
    for leave in some:
        assert leave.counts == "units" or stands.count(leave.id) <= leave.allowed


def test_one_plan_on_two_charts_is_counted_once_when_a_row_ends() -> None:
    """An authorization of 3, a limit of 3 a year, an assistance plan of 3: one row ends after the third visit."""
    rows = tuple(Covered(n, 1, date(2026, 1, 1), end, "Aetna", plan="a", chart=n) for n, end in ((1, DAY), (2, None)))
    six = [visit(n) for n in (-2, -1, 0, 1, 2, 3)]
    three = Leave(1, "A1", 3, date(2026, 1, 1), date(2026, 12, 31))
    asked = promise(coverage=1, visit_limit=3, used_elsewhere=0)
    known = Known(rows, (asked,), {(1, 1): (three,)}, frozenset({1, 2}), visits=tuple(map(Planned, six)))
    found = [[f.rule for f in findings] for findings in examine(known, six).values()]
    assert found == [[]] * 3 + [["authorization", "benefit.visits"]] * 3
    assert [t.sentence for t in tallies(known, six[5])] == [
        "Authorization A1: 3 visits, 3 used, none left, until Dec 31, 2026",
        "Aetna for OT and speech together: 3 visits, 6 used, 3 too many, until Dec 31, 2026",
    ]
    lyra = tuple(replace(row, kind="employee_assistance", visit_limit=3) for row in rows)
    known = Known(lyra, visits=tuple(map(Planned, six)))
    assert [bool(known.first(v)) for v in six] == [True] * 3 + [False] * 3
    assert [t.sentence for t in tallies(known, six[0])] == ["Aetna: 3 visits, 3 used, none left"]


def test_what_the_limits_have_left() -> None:
    lyra = Covered(5, 1, date(2026, 1, 1), None, "Lyra", "employee_assistance", visit_limit=2)
    leave = Leave(1, "A1", 6, date(2026, 11, 1), date(2026, 12, 31), counts="units")
    gone = Leave(2, "A0", 6, date(2026, 1, 1), date(2026, 10, 31))
    off = Leave(3, "A9", 6, date(2026, 11, 1), date(2026, 12, 31), withdrawn=True)
    shown = (
        Planned(visit(-9)), Planned(visit(-9), "scheduled"), Planned(visit(-8), "held"),
        Planned(visit(-1), units={"97110": 2, "97140": 1}), Planned(visit(1), "scheduled"), Planned(visit(2), "held"),
        Planned(visit(-9, "SLP", 2)),
    )  # fmt: skip
    known = Known((lyra, PLAN), (promise(visit_limit=8),), {(1, 7): (leave, gone, off), (2, 7): (gone,)}, visits=shown)
    told = tallies(known, visit())
    assert [tally.sentence for tally in told] == [
        "Authorization A1: 6 units, 3 used, 3 scheduled, none left, until Dec 31, 2026",
        "Aetna for OT and speech together: 8 visits, 1 used, 1 scheduled, 1 held, 6 used elsewhere, 1 too many, until Dec 31, 2026",
        "Lyra: 2 visits, 1 used, 1 held, none left",
    ]
    assert told[0].warnings == ("Authorization A1: 0 units left of 6",)
    assert [f.message for f in examine(known, [visit(2)])[visit(2)]] == [
        "Authorization A1 allowed 6 units and they are used.",
        "3rd visit of 2026: the plan pays 8 for OT and speech together, 6 were used elsewhere",
    ]
    assert tallies(Known(), visit()) == [] and tallies(Known((PLAN,)), visit()) == []
    both = (Planned(visit()), Planned(visit(-400)))  # the other one in another year of the plan
    fits = Known((PLAN,), (promise(),), {(1, 7): (leave,)}, visits=both)
    assert examine(fits, [visit()]) == {visit(): []}
    assert [tally.sentence for tally in tallies(fits, visit())] == [
        "Authorization A1: 6 units, 1 used, 5 left, until Dec 31, 2026",
        "Aetna for OT and speech together: 20 visits, 1 used, 6 used elsewhere, 13 left, until Dec 31, 2026",
    ]
    outside = Known((PLAN,), (), {(1, 7): (Leave(1, "A1", 9, DAY, DAY, codes=frozenset({"97110"})),)},
                    visits=(Planned(visit(), units={"97110": 1, "97165": 1}),))  # fmt: skip
    assert [f.message for f in examine(outside, [visit()])[visit()]] == ["Authorization A1 is not for 97165."]
    assert benefits.shared(promise(disciplines=frozenset({"MH"}))) == "mental health"
