"""The API under random input, held to its own description: no 5xx, and nothing that the schema does not say.

Requests go through the WSGI application in this process, with the cookies of an owner who treats and the token
that her pages would send. Things are really there: the description is narrowed to the ids of a lived-in practice
before input is made from it, and every request is taken back.
"""

import json
import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client as Web
from django.utils.crypto import get_random_string
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig

from practice import clock
from practice.models import Role
from practice.wsgi import application
from tests import world
from tests.practice import lived_in
from tests.practice.permission_matrix import API, API_BODIES, Paper

EXAMPLES = 2
# What stands for `{id}`, by the first word of the address. Input is made before there is a practice, so the
# description offers the numbers of this list, and the test puts the ids of the things in their place.
THINGS = {
    "authorizations": ("leave",),
    "care-team": ("care",),
    "cases": ("case",),
    "charges": ("charge",),
    "client-fees": ("fee",),
    "claims": ("waiting", "held", "queued", "rejected"),
    "client-imports": ("import",),
    "clients": ("client", "senior", "inactive", "merged", "self_payer"),
    "clinicians": ("clinician", "pt"),
    "contacts": ("owing", "creditor"),
    "coverages": ("coverage",),
    "documents": ("document",),
    "emergencies": ("emergency",),
    "enrollments": ("enrollment",),
    "estimates": ("estimate",),
    "groups": ("group", "tapped"),
    "files": ("queued_file", "doubtful_file"),
    "goals": ("goal",),
    "invitations": ("invitation",),
    "invoice-runs": ("run", "unprinted"),
    "invoices": ("invoice",),
    "locations": ("location", "second"),
    "notices": ("notice",),
    "note-templates": ("template",),
    "payers": ("payer", "spare"),
    "payments": ("payment",),
    "people": ("person",),
    "phrases": ("phrase",),
    "plan-steps": ("step",),
    "plans": ("plan",),
    "referrers": ("referrer",),
    "remittances": ("remittance",),
    "rooms": ("room",),
    "sessions": ("session", "signed", "booked", "recurring", "counseling", "supervised"),
    "statements": ("statement",),
    "superbills": ("superbill",),
    "team": ("desk", "out"),
    "time-off": ("away",),
    "small-balance-runs": ("small_run",),
    "working-hours": ("hours",),
    "write-offs": ("write_off", "written_off"),
}
IN_BODIES = (
    "billable", "biller", "contact", "debt", "sister", "earlier", "chart", "member", "medicare", "own_case", "uninvoiced",
    "version",
)  # fmt: skip
NUMBERS = {thing: n for n, thing in enumerate((*chain.from_iterable(THINGS.values()), *IN_BODIES), start=700_001)}
# Two checks guess which input must be taken and which refused; the stories of `test_api.py` say it exactly.
# A third sends no cookies and does not see that they come with every call: that is `test_every_url.py`.
LEFT_OUT = {"positive_data_acceptance", "negative_data_rejection", "ignored_auth"}

seen: dict[str, set[int]] = defaultdict(set)


def described() -> dict[str, Any]:
    """The description, narrowed to one practice and to things that are there."""
    whole = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    for address, methods in whole["paths"].items():
        for parameter in chain.from_iterable(operation.get("parameters", ()) for operation in methods.values()):
            if parameter["name"] == "slug":
                parameter["schema"] = {"type": "string", "enum": ["alder"]}
            if parameter["name"] == "id":
                things = THINGS[address.split("/")[5]]
                parameter["schema"] = {"type": "integer", "enum": [NUMBERS[thing] for thing in things]}
        for method, operation in methods.items():
            _add_example(f"{method.upper()} {_bare(address.removeprefix('/api/v1/p/{slug}/'))}", operation)
    return whole


def _add_example(name: str, operation: dict[str, Any]) -> None:
    """A request that is done: the one that the matrix of permissions sends."""
    address, thing = DONE[name]
    for parameter in operation["parameters"]:
        if parameter["name"] == "id":
            parameter["example"] = NUMBERS[thing]
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        if kind in ("application/json", "multipart/form-data") and address in API_BODIES:
            content["example"] = {
                field: value.read() if isinstance(value, Paper) else value
                for field, value in lived_in.filled(API_BODIES[address], NUMBERS).items()
            }


def _bare(address: str) -> str:
    return re.sub(r"\{\w+\}", "{}", address.split("?")[0])


DONE = {
    f"{method} {_bare(address)}": (address, "".join(re.findall(r"\{(\w+)\}", address)))
    for method, address, *_ in (line.split() for line in API.strip().splitlines() if line)
}
config = SchemathesisConfig()
config.projects.get_default().generation.update(deterministic=True, max_examples=EXAMPLES)
config.projects.get_default().generation.with_security_parameters = False  # the owner's cookies are the only ones
config.projects.get_default().phases.coverage.unexpected_methods = {"DELETE"}
api = schemathesis.openapi.from_dict(described(), config=config)
api.app = application


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[world.World, lived_in.Ids]]:
    with django_db_blocker.unblock(), clock.at(world.NOON), lived_in.undone():
        with world.practice("alder") as here:
            ids = lived_in.settle_in(here)
        here.alice.roles = [Role.OWNER, Role.THERAPIST]
        here.alice.save(update_fields=["roles"])
        yield here, ids


@pytest.fixture(scope="module")
def signed_in(house: tuple[world.World, lived_in.Ids]) -> dict[str, Any]:
    """What the browser of an owner who treats sends along."""
    web, token = Web(), get_random_string(32)
    web.force_login(house[0].alice.user)
    session = web.cookies[django_settings.SESSION_COOKIE_NAME].value
    cookies = {django_settings.SESSION_COOKIE_NAME: session, django_settings.CSRF_COOKIE_NAME: token}
    return {"cookies": cookies, "headers": {"X-CSRFToken": token}}


@pytest.fixture(autouse=True)
def as_in_a_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A request leaves the test's connection open, and thousands of refusals are not worth a line."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    monkeypatch.setattr(logging.getLogger("django.request"), "level", logging.ERROR)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.long
@api.parametrize()
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
def test_every_answer_is_as_described(
    case: Any, house: tuple[world.World, lived_in.Ids], signed_in: dict[str, Any]
) -> None:
    slug, number = case.path_parameters["slug"], case.path_parameters.get("id")
    if slug != "alder" or number not in (None, *NUMBERS.values()):
        return  # no such address: that is `test_every_url.py`
    case.path_parameters, case.body = (_real(part, house[1]) for part in (case.path_parameters, case.body))
    left_out = [check for check in CHECKS.get_all() if check.__name__ in LEFT_OUT]
    with lived_in.undone():
        answer = case.call_and_validate(**signed_in, excluded_checks=left_out)
    seen[case.operation.label].add(answer.status_code)


def _real(part: Any, ids: lived_in.Ids) -> Any:
    """The same with the ids of things in the place of their numbers."""
    if isinstance(part, dict):
        return {name: _real(each, ids) for name, each in part.items()}
    if isinstance(part, list):
        return [_real(each, ids) for each in part]
    things = [thing for thing, number in NUMBERS.items() if type(part) is int and number == part]
    return ids[things[0]] if things else part


@pytest.mark.long
def test_the_input_was_good_enough_to_be_taken() -> None:
    """Refusals alone prove little: where input came in at all, some of it was done."""
    refused = {label for label, answers in seen.items() if not answers & {200, 201}}
    assert not refused
