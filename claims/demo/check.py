"""The main job, driven over plain HTTP like a person would: each step with its figures."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from http.cookiejar import CookieJar
from random import Random
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from zoneinfo import ZoneInfo

from billing import books
from billing.reports import account_totals, open_invoices
from claims import actions as claims
from claims.demo import cast
from claims.demo.found import House, add_client, furnished
from claims.demo.plan import clients
from claims.models import Claim, Decision, Transport
from practice import clock, money, second_factor
from practice.models import User
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.minutes import PARTS
from sessions.models import Session

LONGEST = 90  # seconds a step may take
NOTE = dict(zip(PARTS, ("Slept well.", "Grip 14 kg.", "Gains carry over.", "Continue 2×/week."), strict=True))


class Failed(Exception):
    """A step did not do what it must; the message says which."""


def next_code(email: str) -> str:
    """The code that one of the invented people types next; each counts once, so a third within 30 s is waited for."""
    code, wait = second_factor.invented_code(User.objects.get(email=email))
    time.sleep(wait)
    return code


class Browser:
    """Cookies, forms and nothing else."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        return self._open(Request(self.url + path)).decode()

    def fetch(self, path: str) -> bytes:
        return self._open(Request(self.url + path))

    def post(self, path: str, fields: list[tuple[str, str]]) -> str:
        token = next((c.value for c in self.cookies if c.name.endswith("csrf")), "") or ""
        body = urlencode([*fields, ("csrfmiddlewaretoken", token)]).encode()
        return self._open(Request(self.url + path, body, {"Referer": self.url})).decode()

    def sign_in(self, email: str) -> None:
        self.get("/sign-in/")
        self.post("/sign-in/", [("username", email), ("password", cast.PASSWORD)])
        page = self.post("/sign-in/code/", [("code", next_code(email))])
        if "Sign out" not in page:
            raise Failed(f"{email} could not sign in")

    def _open(self, request: Request) -> bytes:
        try:
            with self.opener.open(request, timeout=30) as answer:
                body: bytes = answer.read()
                return body
        except HTTPError as error:
            raise Failed(f"{request.get_method()} {request.selector} answered {error.code}") from None


@dataclass
class Story:
    """A small practice of its own, and the people of the story, each at her browser."""

    there: House
    sessions: list[Session]
    url: str

    @property
    def base(self) -> str:
        return f"/p/{self.there.practice.slug}"

    def browser(self, key: str) -> Browser:
        browser = Browser(self.url)
        browser.sign_in(next(p.email for p in cast.TEAM if p.key == key))
        return browser


def prepare(slug: str, url: str) -> Story:
    """A practice with two clients of Maya's, one on Medicare and one with a copay, booked for today."""
    there = furnished(slug)
    with tenant(there.practice, there.owner):
        claims.add_partner(
            by=there.owner, name="Sandbox", transport=Transport.SANDBOX, submitter_id="CHECK01", receiver_id="SANDBOX"
        )
        today = there.practice.today()
        people = [p for p in clients() if p.clinician == "maya" and len(p.reason.codes) == 2]
        chosen = [next(p for p in people if p.payer == payer) for payer in ("MEDB", "60054")]
        booked = []
        for n, planned in enumerate(chosen):
            case = add_client(there, planned, today)
            start = datetime.combine(today, datetime.min.time(), tzinfo=ZoneInfo(cast.ZONE)) + timedelta(hours=9 + n)
            booked.append(
                sessions.book(
                    by=there.owner,
                    case=case,
                    clinician=there.clinicians["maya"],
                    location=there.locations[0],
                    starts_at=start,
                    length=timedelta(minutes=45),
                )
            )
    return Story(there, booked, url)


def run(url: str) -> Iterator[str]:
    """Live the story; yields a line for each step, raises Failed at the first that fails."""
    slug = f"check-{Random(clock.now().timestamp()).randrange(10**6):06d}"
    story = prepare(slug, url)
    yield f"practice {slug}: a therapist, a biller, an owner, two clients booked today"
    yield from _therapist(story)
    yield from _biller(story)
    yield from _invoice(story)
    yield from _owner(story)
    with tenant(story.there.practice):
        wrong = books.wrong()
    if wrong:
        raise Failed("; ".join(wrong))
    yield "the books verify"


def _therapist(story: Story) -> Iterator[str]:
    maya = story.browser("maya")
    page = maya.get(f"{story.base}/today/")
    yield f"1  Maya opens Today: {_one(r'<p>(.*?)</p>', page)}"
    for session in story.sessions:
        minutes = [("code", "97110"), ("minutes", "33"), ("code", "97140"), ("minutes", "7")]
        started = time.perf_counter()
        box = maya.post(f"{story.base}/sessions/{session.pk}/units/", minutes)
        took = 1000 * (time.perf_counter() - started)
        total = _one(r'id="units-total"[^>]*>(\d+)<', box)
        yield f"   33 min of 97110 and 7 of 97140: {total} units, in {took:.0f} ms"
        version = _one(r'name="version"[^>]*value="(\d*)"', maya.get(f"{story.base}/sessions/{session.pk}/"))
        fields = [*minutes, *NOTE.items(), ("version", version)]
        maya.post(f"{story.base}/sessions/{session.pk}/draft/", fields)
        page = maya.get(f"{story.base}/sessions/{session.pk}/")
        version = _one(r'name="version"[^>]*value="(\d*)"', page)
        maya.post(f"{story.base}/sessions/{session.pk}/sign/", [*minutes, *NOTE.items(), ("version", version)])
    yield f"   {len(story.sessions)} notes signed"


def _biller(story: Story) -> Iterator[str]:
    marcus = story.browser("biller")
    wanted = len(story.sessions)
    _until(lambda: marcus.get(f"{story.base}/claims/").count('name="claim"') == wanted, "claims in the list")
    page = marcus.get(f"{story.base}/claims/")
    ids = re.findall(r'name="claim" value="(\d+)"', page)
    yield f"2  charged, and {len(ids)} claims made: {page.count('Clean</')} clean"
    marcus.post(f"{story.base}/claims/submit/", [("claim", pk) for pk in ids])
    yield f"3  Marcus submits {len(ids)} claims in one press"
    _until(lambda: all(_decided(story)), "every claim decided")
    with tenant(story.there.practice):
        for claim in Claim.objects.select_related("payer", "interchange").order_by("number"):
            steps = " → ".join(claim.events.values_list("what", flat=True))
            body = len(claim.interchange.body or b"") if claim.interchange else 0
            yield f"4  claim {claim.number}, {claim.payer.short_name}: {steps} (file of {body:,} bytes)"
    yield "5  the answers are read and posted"


def _decided(story: Story) -> list[bool]:
    with tenant(story.there.practice):
        return [decision != Decision.NONE for decision in Claim.objects.values_list("decision", flat=True)]


def _invoice(story: Story) -> Iterator[str]:
    marcus = story.browser("biller")
    contacts = re.findall(r'name="contact" value="(\d+)"', marcus.get(f"{story.base}/invoices/"))
    marcus.post(f"{story.base}/invoices/make/", [("contact", pk) for pk in contacts])
    with tenant(story.there.practice):
        owed = open_invoices()
    for pk, amount in owed.items():
        page = marcus.get(f"{story.base}/invoices/{pk}/")
        if money.show(amount) not in unescape(page):
            raise Failed(f"invoice {pk} does not show {amount}")
        yield f"   invoice over {money.show(amount)}, {_pdf(marcus, f'{story.base}/invoices/{pk}/pdf/')}"


def _pdf(browser: Browser, path: str) -> str:
    try:
        body = browser.fetch(path)
    except Failed as failed:
        if "503" in str(failed):
            return "no PDF: Pango is missing"
        raise
    if not body.startswith(b"%PDF-"):
        raise Failed("the PDF is none")
    return f"PDF of {len(body):,} bytes"


def _owner(story: Story) -> Iterator[str]:
    page = unescape(story.browser("owner").get(f"{story.base}/receivables/"))
    with tenant(story.there.practice):
        totals = account_totals()
    owed = totals.get("receivable", Decimal(0))
    if f"{money.show(owed.quantize(Decimal(1)))[:-3]}" not in page:
        raise Failed(f"Receivables does not show {owed}, what the ledger says")
    told = ", ".join(f"{name.replace('_', ' ')} {money.show(amount)}" for name, amount in sorted(totals.items()))
    yield f"6  Eleanor opens Receivables: {money.show(owed)} owed, as the ledger says ({told})"


def _one(pattern: str, page: str) -> str:
    found = re.search(pattern, page, re.DOTALL)
    if found is None:
        raise Failed(f"the page does not hold {pattern}")
    return unescape(re.sub(r"<[^>]+>", "", found.group(1))).strip()


def _until(true: Callable[[], Any], what: str) -> None:
    ends = time.monotonic() + LONGEST
    while not true():
        if time.monotonic() > ends:
            raise Failed(f"after {LONGEST} s there is still no {what}")
        time.sleep(0.3)
