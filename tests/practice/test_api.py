"""Stories by the API: it does what the screens do, writes once under a key, and says what is wrong with a field."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client as Web
from drf_spectacular.generators import SchemaGenerator

from billing.models import Charge, Invoice, Payment
from claims.models import Claim, Delivery, Interchange
from clients.models import Authorization, Client
from practice import actions, clock
from practice.api import PAGE
from practice.models import AuditEvent, IdempotencyKey
from practice.tenancy import tenant
from sessions.models import Note, Session
from tests import world
from tests.practice import lived_in

pytestmark = pytest.mark.django_db


class Caller:
    """A person who calls the API of a practice. Writes carry a new key unless one is given."""

    def __init__(self, here: world.World, member: Any) -> None:
        self.web, self.base = Web(), f"/api/v1/p/{here.slug}/"
        self.web.force_login(member.user)

    def get(self, address: str, expect: int = 200, **query: Any) -> Any:
        return self._read(self.web.get(self.base + address, query), expect)

    def post(self, address: str, body: Any = None, expect: int = 200, **options: Any) -> Any:
        return self._read(self.send("post", address, body, **options), expect)

    def put(self, address: str, body: Any = None, expect: int = 200, **options: Any) -> Any:
        return self._read(self.send("put", address, body, **options), expect)

    def send(self, method: str, address: str, body: Any = None, key: str | None = None) -> HttpResponse:
        headers = {"Idempotency-Key": str(uuid4()) if key is None else key}
        send = getattr(self.web, method)
        return send(self.base + address, {} if body is None else body, content_type="application/json", headers=headers)

    @staticmethod
    def _read(answer: HttpResponse, expect: int) -> Any:
        assert answer.status_code == expect, answer.text
        return answer.json()


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def alice(here: world.World) -> Caller:
    return Caller(here, here.alice)


@pytest.fixture
def bob(here: world.World) -> Caller:
    return Caller(here, here.bob)


@pytest.fixture
def sam(here: world.World) -> Caller:
    return Caller(here, here.sam)


# --- the work of a day -----------------------------------------------------------------------


def test_a_session_is_booked_written_signed_and_amended(here: world.World, alice: Caller, sam: Caller) -> None:
    case = here.client(payer=here.medicare)
    slot = {"clinician": here.ot.pk, "location": here.location.pk, "starts_at": "2026-06-15T09:00:00-05:00"}
    booked = sam.post("sessions/", {"case": case.pk, "minutes": 45, **slot}, 201)
    assert (booked["state"], booked["served_on"]) == ("scheduled", "2026-06-15")
    assert sam.post(f"sessions/{booked['id']}/move/", {"state": "arrived"})["state"] == "arrived"
    at = f"sessions/{booked['id']}/"
    lines = [{"code": "97110", "minutes": 33}, {"code": "97140", "minutes": 7}]
    counted = alice.post(at + "units/", {"lines": lines})
    assert (counted["total"], counted["rule"], counted["next_at"]) == (3, "cms", 53)
    draft = alice.put(at + "draft/", {"lines": lines, **world.NOTE})["draft"]
    assert draft["version"] == 1
    assert draft["lines"] == [line | {"assistant_minutes": 0, "times": "", "modifiers": []} for line in lines]
    signed = alice.post(at + "sign/")
    assert (signed["state"], signed["draft"], signed["note"]["timed_minutes"]) == ("signed", None, 40)
    amended = alice.post(at + "amend/", {"lines": [{"code": "97110", "minutes": 23}], "reason": "misread"})
    assert [(line["code"], line["minutes"]) for line in amended["lines"]] == [("97110", 23), ("97140", 7)]
    assert alice.get("sessions/", date="2026-06-15")["count"] == 1
    assert alice.get("sessions/", date="2026-06-16")["count"] == 0


def test_a_claim_is_mended_submitted_and_taken_back(here: world.World, bob: Caller) -> None:
    here.partner()
    case = here.client(payer=here.medicare, member_id="1EG4TE5MK7")
    here.signed(case, ("97110", 30))
    here.answer_bells()
    waiting = bob.get("claims/")["results"]
    assert [finding["rule"] for finding in waiting[0]["findings"]] == ["member_id"]
    refused = bob.post("claims/submit/", {"claims": [waiting[0]["id"]]}, 409)
    assert refused == {"detail": "These claims must be mended first."}
    coverage = bob.get(f"clients/{case.client_id}/")["coverages"][0]["id"]
    assert bob.put(f"coverages/{coverage}/member-id/", {"member_id": "1eg4-te5-mk73"})["member_id"] == "1EG4TE5MK73"
    here.answer_bells()
    sent = bob.post("claims/submit/", {"claims": [waiting[0]["id"]]}, 201)
    assert (sent["state"], sent["claims"]) == ("queued", 1)
    assert bob.post(f"files/{sent['id']}/take-back/")["state"] == "cancelled"
    assert bob.post("claims/hold/", {"claims": [waiting[0]["id"]], "held": True}) == {"changed": 1}
    history = [event["what"] for event in bob.get(f"claims/{waiting[0]['id']}/")["events"]]
    assert history == ["made", "queued", "made", "held"]


def test_money_goes_from_the_charge_to_the_paid_invoice(here: world.World, bob: Caller, sam: Caller) -> None:
    case = here.client()
    here.signed(case, ("97110", 30))
    here.answer_bells()
    made = bob.post("invoices/", {"contacts": [case.client.guarantor_id]}, 201)
    assert [(invoice["total"], invoice["open"]) for invoice in made] == [("116.00", "116.00")]
    paid = {"amount": "116.00", "method": "cash", "received_on": "2026-06-15"}
    assert sam.post(f"invoices/{made[0]['id']}/payments/", paid, 201)["amount"] == "116.00"
    assert bob.get(f"invoices/{made[0]['id']}/")["open"] == "0.00"
    assert bob.get("invoices/", state="paid")["count"] == 1
    charge = bob.get(f"charges/{Charge.objects.get().pk}/")
    assert [posting["kind"] for posting in charge["postings"]] == ["charge", "application"]
    assert bob.get("receivables/")["total"] == "0.00"


def test_a_chart_that_was_opened_is_kept_in_the_audit(here: world.World, alice: Caller) -> None:
    case = here.client(payer=here.medicare)
    alice.get(f"clients/{case.client_id}/")
    seen = AuditEvent.objects.filter(verb="view chart", client_id=case.client_id)
    assert [event.member for event in seen] == [here.alice]


def test_the_api_and_the_screen_have_the_same_caseload(here: world.World, bob: Caller) -> None:
    mine, other = here.client(first="Ada"), here.client(first="Ben", clinician=here.pt)
    names = [row["first_name"] for row in Caller(here, here.alice).get("clients/")["results"]]
    assert names == ["Ada"] and bob.get("clients/")["count"] == 2
    Caller(here, here.alice).get(f"clients/{other.client_id}/", 404)
    Caller(here, here.pt.member).get(f"clients/{mine.client_id}/", 404)


def test_only_the_clinician_writes_her_note(here: world.World) -> None:
    session = here.booked(here.client())
    told = Caller(here, here.olivia).put(f"sessions/{session.pk}/draft/", {"lines": []}, 403)
    assert told == {"detail": "Only the clinician of a session writes and signs its note."}


# --- once ------------------------------------------------------------------------------------


def owing(here: world.World) -> Invoice:
    """An invoice of 116.00, nothing paid."""
    case = here.client()
    here.signed(case, ("97110", 30))
    here.answer_bells()
    Caller(here, here.bob).post("invoices/", {"contacts": [case.client.guarantor_id]}, 201)
    return Invoice.objects.get()


def test_a_key_sent_twice_takes_the_money_once(here: world.World, sam: Caller) -> None:
    address, key = f"invoices/{owing(here).pk}/payments/", str(uuid4())
    body = {"amount": "20.00", "method": "cash", "received_on": "2026-06-15"}
    first, again = (sam.send("post", address, body, key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201) and first.json() == again.json()
    assert again["Idempotent-Replay"] == "true" and "Idempotent-Replay" not in first
    assert Payment.objects.count() == 1


def test_a_key_is_refused_for_something_else(here: world.World, sam: Caller, bob: Caller) -> None:
    """Another body, another address, another person."""
    address, key = f"invoices/{owing(here).pk}/payments/", str(uuid4())
    body = {"amount": "20.00", "method": "cash", "received_on": "2026-06-15"}
    sam.post(address, body, 201, key=key)
    before = lived_in.fingerprint(here.practice)
    for caller, where, what in (
        (sam, address, body | {"amount": "21.00"}),
        (bob, address, body),
        (bob, "claims/check/", None),
    ):
        told = caller.post(where, what, 400, key=key)
        assert told == {"Idempotency-Key": ["This key was used for something else."]}
    assert lived_in.fingerprint(here.practice) == before


def test_a_refused_write_leaves_its_key_free(here: world.World, sam: Caller) -> None:
    address, key = f"invoices/{owing(here).pk}/payments/", str(uuid4())
    body = {"amount": "-1", "method": "cash", "received_on": "2026-06-15"}
    sam.post(address, body, 400, key=key)
    assert not IdempotencyKey.objects.filter(key=key).exists()
    sam.post(address, body | {"amount": "1.00"}, 201, key=key)


@pytest.mark.parametrize("key", ["", "short", "x" * 81, "tab\tin the key", "ключ-ключ"])
def test_a_write_needs_a_proper_key(key: str, here: world.World, bob: Caller) -> None:
    told = bob.post("claims/check/", None, 400, key=key)
    assert list(told) == ["Idempotency-Key"]


def test_two_practices_do_not_share_keys(here: world.World) -> None:
    key = "the same key in two practices"
    Caller(here, here.bob).post("claims/check/", key=key)
    assert IdempotencyKey.objects.count() == 1


def test_keys_end_at_the_wall() -> None:
    key = "the same key in two practices"
    for slug in ("alder", "birch"):
        with world.practice(slug) as there:
            assert Caller(there, there.bob).send("post", "claims/check/", key=key).status_code == 200
            assert IdempotencyKey.objects.filter(key=key).count() == 1


def test_an_answer_is_kept_a_day_and_its_key_for_good(here: world.World, sam: Caller) -> None:
    """Answers hold notes and amounts; the key alone is enough to do a thing once."""
    address, key = f"invoices/{owing(here).pk}/payments/", str(uuid4())
    body = {"amount": "1.00", "method": "cash", "received_on": "2026-06-15"}
    sam.post(address, body, 201, key=key)
    with tenant(here.practice), clock.at(world.NOON + timedelta(hours=23)):
        assert actions.forget_answers() == 0
    with tenant(here.practice), clock.at(world.NOON + timedelta(hours=25)):
        assert (actions.forget_answers(), actions.forget_answers()) == (IdempotencyKey.objects.count(), 0)
    before = lived_in.fingerprint(here.practice)
    assert "no longer kept" in sam.post(address, body, 201, key=key)["detail"]
    assert lived_in.fingerprint(here.practice) == before


# --- what is wrong ---------------------------------------------------------------------------

_CASH = {"amount": "5.00", "method": "cash", "received_on": "2026-06-15"}
_LEAVE = {"coverage": "{coverage}", "number": "A2", "allowed": 6, "starts_on": "2026-06-15", "ends_on": "2026-09-15"}
_WHO = {"case": "{case}", "clinician": "{clinician}", "location": "{location}"}
_SLOT = {**_WHO, "starts_at": "2026-06-16T20:00:00-05:00", "minutes": 45}
_LONG = "x" * 20_001

WRONG = [
    ("put", "coverages/{coverage}/member-id/", {}, "member_id"),
    ("put", "coverages/{coverage}/member-id/", {"member_id": "W12"}, "member_id"),
    ("put", "coverages/{coverage}/member-id/", {"member_id": "W123456789", "copay": "0"}, "copay"),
    ("post", "cases/{case}/authorizations/", _LEAVE | {"allowed": 0}, "allowed"),
    ("post", "cases/{case}/authorizations/", _LEAVE | {"ends_on": "2026-01-01"}, "ends_on"),
    ("post", "cases/{case}/authorizations/", _LEAVE | {"starts_on": "soon"}, "starts_on"),
    ("post", "invoices/", {"contacts": []}, "contacts"),
    ("post", "invoices/", {"contacts": list(range(1, 502))}, "contacts"),
    ("post", "invoices/", {"contacts": ["Walter"]}, "contacts.0"),
    ("post", "invoices/{invoice}/payments/", _CASH | {"amount": "0"}, "amount"),
    ("post", "invoices/{invoice}/payments/", _CASH | {"amount": "25000.01"}, "amount"),
    ("post", "invoices/{invoice}/payments/", _CASH | {"amount": "1.005"}, "amount"),
    ("post", "invoices/{invoice}/payments/", _CASH | {"amount": "NaN"}, "amount"),
    ("post", "invoices/{invoice}/payments/", _CASH | {"method": "barter"}, "method"),
    ("post", "invoices/{invoice}/payments/", _CASH | {"received_on": "2026-06-16"}, "received_on"),
    ("post", "invoices/{invoice}/payments/", _CASH | {"reference": "x" * 41}, "reference"),
    ("post", "claims/submit/", {"claims": "all"}, "claims"),
    ("post", "claims/hold/", {"claims": [1]}, "held"),
    ("post", "sessions/", _SLOT | {"minutes": 4}, "minutes"),
    ("post", "sessions/", _SLOT | {"starts_at": "tomorrow"}, "starts_at"),
    ("post", "sessions/", _SLOT | {"starts_at": "0001-01-01T00:00:00Z"}, "starts_at"),
    ("post", "sessions/", _SLOT | {"starts_at": "2026-06-16T15:00:00"}, "starts_at"),
    ("post", "sessions/", _SLOT | {"starts_at": "2026-06-16"}, "starts_at"),
    ("post", "sessions/{session}/move/", {"state": "signed"}, "state"),
    (
        "put",
        "sessions/{session}/draft/",
        {"lines": [{"code": "97530", "minutes": 1441}], "version": 1},
        "lines.0.minutes",
    ),
    ("put", "sessions/{session}/draft/", {"lines": [{"code": "99999", "minutes": 10}], "version": 1}, "line.0"),
    ("put", "sessions/{session}/draft/", {"lines": [], "plan": _LONG, "version": 1}, "plan"),
    ("put", "sessions/{session}/draft/", {"lines": [], "plan": "a\x00b", "version": 1}, "plan"),
    ("post", "sessions/{signed}/amend/", {"lines": [{"code": "97530", "minutes": 5}], "reason": " "}, "reason"),
    ("post", "sessions/{signed}/amend/", {"lines": [], "reason": "why"}, "lines"),
    ("post", "sessions/{signed}/addenda/", {"text": " "}, "text"),
    ("post", "sessions/{session}/units/", {"lines": [{"code": "97530"}]}, "lines.0.minutes"),
]


@pytest.fixture(scope="module")
def settled(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[world.World, lived_in.Ids]]:
    with django_db_blocker.unblock(), clock.at(world.NOON), lived_in.undone():
        with world.practice("cedar") as here:
            ids = lived_in.settle_in(here)
        yield here, ids


@pytest.mark.parametrize(
    ("method", "address", "body", "field"), WRONG, ids=[f"{n} {row[1]} {row[3]}" for n, row in enumerate(WRONG)]
)
def test_bad_input_is_told_at_its_field(
    method: str, address: str, body: Any, field: str, settled: tuple[world.World, lived_in.Ids]
) -> None:
    here, ids = settled
    person = here.alice if address.startswith("sessions/") else here.bob
    before = lived_in.fingerprint(here.practice)
    told = getattr(Caller(here, person), method)(address.format(**ids), lived_in.filled(body, ids), 400)
    assert list(told) == [field] and told[field], told
    assert lived_in.fingerprint(here.practice) == before


@pytest.mark.parametrize("body", ["[]", "null", "7", '"x"', "{", "{'a': 1}", ""])
def test_a_body_that_is_no_object_is_refused(body: str, here: world.World, bob: Caller) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    answer = bob.web.post(bob.base + "invoices/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 400 and set(answer.json()) <= {"body", "contacts"}


def test_only_json_is_read(here: world.World, bob: Caller) -> None:
    answer = bob.web.post(bob.base + "invoices/", {"contacts": "1"}, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 415


@pytest.mark.parametrize("verb", ["submit", "sign", "again", "authorize"])
def test_every_kind_of_write_is_done_once(verb: str, settled: tuple[world.World, lived_in.Ids]) -> None:
    here, ids = settled
    leave = {"coverage": ids["coverage"], "number": "B1", "allowed": 3, "starts_on": "2026-06-15"}
    member, address, body, table = {
        "submit": (here.bob, "claims/submit/", {"claims": [ids["waiting"]]}, Interchange),
        "sign": (here.alice, f"sessions/{ids['session']}/sign/", None, Note),
        "again": (here.bob, f"claims/{ids['rejected']}/again/", None, Claim),
        "authorize": (
            here.bob,
            f"cases/{ids['case']}/authorizations/",
            leave | {"ends_on": "2026-07-15"},
            Authorization,
        ),
    }[verb]
    with lived_in.undone(), tenant(here.practice):
        before, key = table.objects.count(), str(uuid4())
        answers = [Caller(here, member).send("post", address, body, key=key) for _ in range(2)]
        assert answers[0].json() == answers[1].json() and answers[0].status_code == answers[1].status_code < 300
        assert table.objects.count() == before + 1


@pytest.mark.parametrize(("address", "query"), [
    ("clients/", {"page": "0"}),
    ("clients/", {"page": "²"}),
    ("clients/", {"page": "x"}),
    ("clients/", {"page": "9" * 40}),
    ("sessions/", {"date": "yesterday"}),
    ("sessions/", {"date": "2026-02-30"}),
])  # fmt: skip
def test_a_bad_query_is_told_at_its_name(address: str, query: dict[str, str], here: world.World) -> None:
    assert list(Caller(here, here.olivia).get(address, 400, **query)) == list(query)


@pytest.mark.parametrize("text", ["²", "9" * 30, "a\x00b", "%", "' OR 1=1 --", "\\", "ß", "x" * 500, "1 2 3 4 5"])
def test_any_text_can_be_looked_for(text: str, here: world.World) -> None:
    """On the page, in the find box and by the API; it finds nobody, and nothing breaks."""
    here.client()
    caller = Caller(here, here.olivia)
    assert caller.get("clients/", q=text)["count"] == 0
    for page in ("clients/", "find/", "claims/"):
        answer = caller.web.get(f"/p/{here.slug}/{page}", {"q": text, "client": text, "page": text})
        assert answer.status_code == 200 and "Nakamura" not in answer.text


def test_a_number_too_big_for_the_database_is_no_error(here: world.World, bob: Caller) -> None:
    big = 2**63
    for address in (f"clients/{big}/", f"claims/{big}/", f"invoices/{big}/", f"charges/{big}/", f"remittances/{big}/"):
        bob.get(address, 404)
    assert bob.post("invoices/", {"contacts": [big]}, 201) == []
    assert bob.post("claims/hold/", {"claims": [big], "held": True}) == {"changed": 0}
    page = bob.web.post(f"/p/{here.slug}/invoices/make/", {"contact": [str(big), "²"]}, follow=True)
    assert "Nobody was chosen" in page.text


# --- pages of a list -------------------------------------------------------------------------


def test_a_list_comes_in_bounded_pages(here: world.World, bob: Caller) -> None:
    first = here.client().client
    copies = [
        Client(
            number=5000 + n,
            first_name="Zoe",
            last_name=f"Z{n}",
            birth_on=first.birth_on,
            sex="F",
            guarantor=first.guarantor,
        )
        for n in range(PAGE + 10)
    ]
    Client.objects.bulk_create(copies)
    one, two = bob.get("clients/"), bob.get("clients/", page=2)
    assert (one["count"], one["next"], len(one["results"])) == (PAGE + 11, 2, PAGE)
    assert (two["count"], two["next"], len(two["results"])) == (PAGE + 11, None, 11)
    assert not {row["id"] for row in one["results"]} & {row["id"] for row in two["results"]}
    for name in ("limit", "page_size", "per_page"):
        assert len(bob.get("clients/", **{name: "1000"})["results"]) == PAGE
    assert bob.get("clients/", page=99_999)["results"] == two["results"]


# --- the description -------------------------------------------------------------------------


def test_the_description_is_generated_without_a_warning() -> None:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert "openapi: 3" in out.getvalue()


def test_every_write_describes_its_key_and_its_refusals(here: world.World, bob: Caller) -> None:
    paths = bob.web.get("/api/v1/schema/", headers={"Accept": "application/json"}).json()["paths"]
    writes = [path[verb] for path in paths.values() for verb in ("post", "put") if verb in path]
    assert len(writes) > 15
    for write in writes:
        assert "Idempotency-Key" in [parameter["name"] for parameter in write["parameters"]], write["operationId"]
        assert {"400", "403", "404", "409"} <= set(write["responses"]), write["operationId"]


def test_the_day_of_a_list_is_described_as_it_is_taken(here: world.World, bob: Caller) -> None:
    paths = bob.web.get("/api/v1/schema/", headers={"Accept": "application/json"}).json()["paths"]
    [day] = [each for each in paths["/api/v1/p/{slug}/sessions/"]["get"]["parameters"] if each["name"] == "date"]
    assert day["schema"] == {"type": "string", "format": "date"}


def test_every_moment_that_is_written_asks_for_its_offset() -> None:
    """A plain DateTimeField in a body takes local time for UTC; MomentField says in the description what it wants."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    bodies = [
        operation["requestBody"]
        for path in schema["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
    ]
    moments = list(_moments(bodies, schema["components"]["schemas"]))
    assert len(moments) >= 3  # a session, a first visit, when a benefit was verified
    assert {field.get("description") for field in moments} == {"with its offset from UTC"}


def _moments(part: Any, named: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        for each in part:
            yield from _moments(each, named)
    elif isinstance(part, dict) and "$ref" in part:
        yield from _moments(named[part["$ref"].rpartition("/")[2]], named)
    elif isinstance(part, dict) and part.get("format") == "date-time":
        yield part
    elif isinstance(part, dict):
        yield from _moments([*part.values()], named)


def test_the_api_never_says_that_a_practice_exists(here: world.World, bob: Caller) -> None:
    assert bob.web.get("/api/v1/p/nowhere/clients/").status_code == 404
    with tenant(here.practice):
        here.practice.active = False
        here.practice.save(update_fields=["active"])
    assert bob.web.get("/api/v1/p/alder/clients/").status_code == 404


def test_who_was_taken_off_is_out_at_once(here: world.World, bob: Caller) -> None:
    bob.get("clients/")
    here.bob.active = False
    here.bob.save(update_fields=["active"])
    assert bob.web.get(bob.base + "clients/").status_code == 404
    assert Claim.objects.filter(delivery=Delivery.MADE).count() == Session.objects.count() == 0


# --- advance notices -------------------------------------------------------------------------


def test_an_advance_notice_is_filled_signed_and_withdrawn(here: world.World, alice: Caller, sam: Caller) -> None:
    case = here.client(payer=here.medicare)
    at, key = f"clients/{case.client_id}/notices/", str(uuid4())
    body = {
        "coverage": case.client.coverages.get().pk, "codes": ["97110"], "kind": "limit", "cost": "58.00",
        "reason": "More than Medicare pays for.", "starts_on": "2026-06-15",
    }  # fmt: skip
    first, again = (alice.send("post", at, body, key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201) and first.json() == again.json()
    made = first.json()
    assert (made["state"], made["signatures"], made["cost"]) == ("Waiting for signature", [], "58.00")
    assert made["does"] == "Until it is signed: claimed with GZ, and a denial is the practice's loss."
    signature = {"option": 1, "signer": "Walter Nakamura", "relation": "self"}
    signed = sam.post(f"notices/{made['id']}/sign/", signature)
    assert (signed["state"], signed["signatures"][0]["valid_until"]) == ("Signed", "2027-06-14")
    assert "claimed with GA" in signed["does"]
    refused = sam.post(f"notices/{made['id']}/sign/", signature | {"option": 2}, 409)
    assert refused["detail"].startswith("This notice is signed.")
    ended = alice.post(f"notices/{made['id']}/withdraw/", {"reason": "a slip"})
    assert (ended["state"], ended["withdrawals"]) == ("Ended", [{"ends_on": "2026-06-14", "reason": "a slip"}])
    assert alice.get(at)["count"] == 1 and alice.get(f"notices/{made['id']}/")["codes"] == ["97110"]


def test_a_notice_for_another_plan_is_refused_by_field(here: world.World, alice: Caller) -> None:
    case, other = here.client(payer=here.aetna), here.client(payer=here.medicare)
    body = {
        "coverage": other.client.coverages.get().pk, "codes": ["97110"], "kind": "limit", "cost": "58.00",
        "reason": "More than Medicare pays for.", "starts_on": "2026-06-15",
    }  # fmt: skip
    at = f"clients/{case.client_id}/notices/"
    assert alice.post(at, body, 400) == {"coverage": ["The client has no such plan"]}
    own = case.client.coverages.get().pk
    assert "Medicare Part B only" in alice.post(at, body | {"coverage": own}, 400)["coverage"][0]
    assert "97110" not in str(alice.post(at, body | {"kind": "whim"}, 400))


# --- units without a session --------------------------------------------------------------------


def test_units_of_minutes_that_belong_to_nobody(here: world.World, alice: Caller) -> None:
    lines = [{"code": "97110", "minutes": 20}, {"code": "97140", "minutes": 20}]
    told = alice.post("units/", {"rule": "cms", "lines": lines})
    assert told["total"] == 3 and told["next_words"] == "13 more minutes make 4 units."
    assert told["alternatives"] == [
        [{"code": "97110", "units": 1, "modifiers": []}, {"code": "97140", "units": 2, "modifiers": []}]
    ]
    assert told["other_rule"]["total"] == 2
    assert [
        line["units"] for line in alice.post("units/", {"rule": "cms", "lines": lines, "prefer": ["97140"]})["lines"]
    ] == [1, 2]
    by_payer = alice.post("units/", {"payer": here.aetna.pk, "lines": lines})
    assert (by_payer["rule"], by_payer["total"]) == ("midpoint", 2)
    both = [{"code": "97530", "minutes": 15, "assistant_minutes": 15}]
    assert alice.post("units/", {"rule": "cms", "lines": both})["lines"] == [
        {"code": "97530", "units": 1, "modifiers": []},
        {"code": "97530", "units": 1, "modifiers": ["CO"]},
    ]
    times = [{"code": "97530", "times": "9:02-9:32 + 9:32-9:47"}]
    assert [line["units"] for line in alice.post("units/", {"rule": "ama", "lines": times})["lines"]] == [2, 1]
    assert alice.post("units/", {"rule": "tenths", "lines": [{"code": "97530", "minutes": 32}]})["total"] == 0.5
    capped = {"rule": "nearest-quarter", "caps": {"discipline": 4}, "lines": [{"code": "97530", "minutes": 90}]}
    assert (told := alice.post("units/", capped))["total"] == 4 and told["next_in"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"lines": []}, "rule"),
        ({"rule": "cms", "payer": 1, "lines": []}, "rule"),
        ({"rule": "eights", "lines": []}, "rule"),
        ({"rule": "cms", "lines": [{"code": "97633", "minutes": 5}]}, "lines"),
        ({"rule": "cms", "lines": [{"code": "97130", "minutes": 15}]}, "lines"),
        ({"rule": "cms", "date": "2019-06-01", "lines": [{"code": "97129", "minutes": 15}]}, "lines"),
        ({"rule": "cms", "lines": [{"code": "97110", "minutes": -1}]}, "lines.0.minutes"),
        ({"rule": "cms", "lines": [{"code": "97110", "minutes": 1441}]}, "lines.0.minutes"),
        ({"rule": "cms", "lines": [{"code": "97110"}]}, "lines.0.minutes"),
        ({"rule": "cms", "lines": [{"code": "97110", "times": "9:35-9:02"}]}, "lines.0.times"),
        ({"rule": "cms", "lines": [{"code": "97110", "times": "9:02-9:35", "minutes": 30}]}, "lines.0.minutes"),
        ({"rule": "cms", "lines": [{"code": "97110", "minutes": 5, "modifiers": ["KX"]}]}, "lines.0.modifiers.0"),
        ({"rule": "cms", "discipline": "XX", "lines": []}, "discipline"),
        ({"rule": "cms", "caps": {"nonsense": 2}, "lines": []}, "caps"),
    ],
)
def test_what_cannot_be_counted_is_named(here: world.World, alice: Caller, body: dict[str, Any], field: str) -> None:
    assert set(alice.post("units/", body, 400)) == {field}


def test_a_tie_is_chosen_and_counts_for_the_session(here: world.World, alice: Caller) -> None:
    session = here.booked(here.client(payer=here.medicare))
    lines = [{"code": "97110", "minutes": 20}, {"code": "97140", "minutes": 20}]
    at = f"sessions/{session.pk}/"
    assert alice.post(at + "unit-choice/", {"codes": ["97140"]}) == {"codes": ["97140"]}
    told = alice.post(at + "units/", {"lines": lines})
    assert [(line["code"], line["units"]) for line in told["lines"]] == [("97110", 1), ("97140", 2)]


def test_with_a_payer_the_lines_carry_every_modifier(here: world.World, alice: Caller) -> None:
    here.medicare.needs_telehealth_modifier = True
    here.medicare.save()
    lines = [
        {"code": "97150", "minutes": 20},
        {"code": "97530", "minutes": 15, "assistant_minutes": 15, "modifiers": ["59"]},
    ]
    day = {"payer": here.medicare.pk, "accrued": "2480.00", "lines": lines}
    told = alice.post("units/", day)
    assert [(line["code"], line["units"], line["modifiers"]) for line in told["claim_lines"]] == [
        ("97150", 1, ["GO", "KX"]),
        ("97530", 1, ["GO", "59", "KX"]),
        ("97530", 1, ["GO", "CO", "59", "KX"]),
    ]
    assert told["asks"] == []
    remote = alice.post("units/", day | {"place_of_service": "10", "audio_only": True})
    assert all("93" in line["modifiers"] + line["left_out"] for line in remote["claim_lines"])
    silent = [line | {"modifiers": []} for line in lines]
    [ask] = alice.post("units/", day | {"lines": silent})["asks"]
    assert ask == "97530 is paid beside 97150 only when the two were given in separate minutes."
    wrong = [{"code": "97110", "minutes": 20, "modifiers": ["59"]}]
    [line] = alice.post("units/", day | {"lines": wrong})["claim_lines"]
    assert line["problems"] == ["97110 takes no 59 on this day; nothing it would have to be separate from"]
    session = here.booked(here.client(payer=here.medicare))
    told = alice.post(f"sessions/{session.pk}/units/", {"lines": lines})
    assert [line["modifiers"] for line in told["claim_lines"]] == [["GO"], ["GO", "59"], ["GO", "CO", "59"]]
    assert alice.post("units/", {"rule": "cms", "lines": lines})["claim_lines"] == []
