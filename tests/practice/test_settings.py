"""The practice's settings: numbers checked, a logo drawn anew, places, clinicians, hours that cannot overlap."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client as Web
from PIL import Image

from practice import clock
from practice.findings import BadInput
from practice.identifiers import digits, is_po_box, tax_id_problem, zip_problem
from practice.models import AuditEvent, Clinician, Location, Practice, PracticeProfile
from practice.setup import clinicians, hours, logo, places, profile
from practice.setup.models import Logo, WorkingHours
from practice.taxonomies import CODES, STUDENT, taxonomy_problem, usual
from practice.tenancy import tenant
from sessions import actions as sessions
from tests import world

PROFILE = {
    "name": "Alder", "zone": "America/Denver", "legal_name": "Alder Therapy LLC", "npi": "1770000010",
    "tax_id": "36-4810277", "taxonomy": "193200000x", "street": "1 Alder St", "city": "Aurora", "state": "IL",
    "zip": "60506-4117", "phone": "(630) 555-0100", "email": "billing@alder.example",
}  # fmt: skip
PLACE = {
    "name": "Fox River", "street": "88 Fox River Dr", "city": "Batavia", "state": "IL", "zip": "60510",
    "zone": "America/Chicago", "place_of_service": "11", "npi": "",
}  # fmt: skip


@pytest.fixture
def here(db: None) -> Iterator[world.World]:
    with world.practice() as here:
        yield here


@pytest.fixture
def house(db: None) -> Iterator[world.World]:
    with clock.at(world.NOON):
        with world.practice() as here:
            pass
        yield here


@pytest.fixture
def owner(house: world.World) -> Web:
    web = Web()
    web.force_login(house.olivia.user)
    return web


# --- numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("364810277", ""),
        ("36481027", "An EIN has nine digits"),
        ("36481027x", "An EIN has nine digits"),
        ("36481027²", "An EIN has nine digits"),
        ("000000000", "An EIN is not all zeros"),
    ],
)
def test_tax_ids(number: str, problem: str) -> None:
    assert tax_id_problem(number) == problem


@pytest.mark.parametrize(
    ("text", "box"), [("PO Box 7", 1), ("P.O. BOX 12", 1), ("Post Office Box 1", 1), ("1 Box St", 0)]
)
def test_po_boxes(text: str, box: int) -> None:
    assert is_po_box(text) is bool(box)


def test_zips_and_digits() -> None:
    assert [bool(zip_problem(text)) for text in ("60506", "605064117", "6050", "6050x", "605061234567")] == [
        False, False, True, True, True,
    ]  # fmt: skip
    assert (digits("(630) 555-0100"), digits("36-4810277"), digits("12a")) == ("6305550100", "364810277", "12a")


@pytest.mark.parametrize(
    ("discipline", "level", "credentials", "code"),
    [
        ("OT", "therapist", "OTR/L", "225X00000X"),
        ("OT", "assistant", "COTA/L", "224Z00000X"),
        ("PT", "therapist", "PT, DPT", "225100000X"),
        ("PT", "assistant", "PTA", "225200000X"),
        ("SLP", "therapist", "MS, CCC-SLP", "235Z00000X"),
        ("SLP", "assistant", "SLPA", "2355S0801X"),
        ("MH", "therapist", "LCPC", "101YM0800X"),
        ("MH", "therapist", "L.C.S.W.", "1041C0700X"),
        ("MH", "therapist", "PsyD", "103TC0700X"),
        ("PT", "therapist", "PT, PhD", "225100000X"),  # a doctorate in another field changes nothing
        ("MH", "assistant", "", ""),
        ("OT", "student", "OTS", STUDENT),
    ],
)
def test_the_usual_taxonomy(discipline: str, level: str, credentials: str, code: str) -> None:
    assert usual(discipline, level, credentials) == code


def test_every_taxonomy_fits_where_it_stands() -> None:
    for (discipline, level), codes in CODES.items():
        assert [taxonomy_problem(code, discipline, level) for code in codes] == [""] * len(codes)


@pytest.mark.parametrize(
    ("code", "discipline", "level", "problem"),
    [
        (
            "225X00000",
            "OT",
            "therapist",
            "A taxonomy code has ten characters: three digits, six digits or letters, and an X",
        ),
        ("224Z00000X", "OT", "therapist", "224Z00000X is for OT, assistant; take 225X00000X"),
        ("225100000X", "MH", "assistant", "225100000X is for PT, therapist"),
        ("193200000X", "", "", ""),
        ("222Q00000X", "PT", "therapist", ""),  # not on our list: it may be right
        (STUDENT, "PT", "student", ""),
    ],
)
def test_taxonomies_that_do_not_fit(code: str, discipline: str, level: str, problem: str) -> None:
    assert taxonomy_problem(code, discipline, level) == problem


# --- profile -----------------------------------------------------------------------------------------


def test_the_profile_is_kept_as_claims_want_it(here: world.World) -> None:
    profile.change_profile(by=here.olivia, **PROFILE)
    kept = PracticeProfile.objects.get()
    assert (kept.tax_id, kept.zip, kept.phone, kept.taxonomy) == ("364810277", "605064117", "6305550100", "193200000X")
    practice = Practice.objects.get(pk=here.practice.pk)
    assert (practice.name, practice.zone) == ("Alder", "America/Denver")
    assert AuditEvent.objects.filter(verb="rename practice").count() == 1
    profile.change_profile(by=here.olivia, **PROFILE)
    assert AuditEvent.objects.filter(verb="rename practice").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("npi", "1770000011", "has a wrong digit"),
        ("npi", "177000001", "An NPI has 10 digits"),
        ("tax_id", "36-48", "An EIN has nine digits"),
        ("taxonomy", "OT", "ten characters"),
        ("street", "PO Box 12", "not a PO box"),
        ("street", " ", "Enter the street"),
        ("zip", "6050", "five digits, or nine"),
        ("state", "XX", "Choose the state"),
        ("phone", "555", "ten digits"),
        ("email", "me", "name@host"),
        ("zone", "Mars/Olympus", "Choose a time zone"),
        ("name", " ", "what people call the practice"),
    ],
)
def test_what_the_profile_refuses(here: world.World, field: str, value: str, text: str) -> None:
    before = PracticeProfile.objects.values().get()
    with pytest.raises(BadInput) as refused:
        profile.change_profile(by=here.olivia, **{**PROFILE, field: value})
    assert list(refused.value.errors) == [field] and text in refused.value.errors[field]
    assert PracticeProfile.objects.values().get() == before


def test_a_short_zip_is_taken_with_a_warning(owner: Web) -> None:
    answer = owner.post("/p/alder/settings/", PROFILE | {"zip": "60506"}, follow=True)
    assert answer.status_code == 200 and "with its four added digits" in answer.text
    assert "with its four added digits" not in owner.post("/p/alder/settings/", PROFILE, follow=True).text


def test_a_wrong_profile_comes_back_as_typed(owner: Web) -> None:
    answer = owner.post("/p/alder/settings/", PROFILE | {"npi": "1770000011", "city": "Elsewhere"})
    assert answer.status_code == 422
    assert "NPI 1770000011 has a wrong digit; compare it with the registry" in answer.text
    assert 'value="Elsewhere"' in answer.text and 'value="1770000011"' in answer.text


# --- logo --------------------------------------------------------------------------------------------


def picture(kind: str = "PNG", size: tuple[int, int] = (1200, 300), **how: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (13, 100, 112)).save(out, kind, **how)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew(here: world.World, kind: str) -> None:
    """What rides behind or inside the picture is gone; it fits 600 × 200."""
    profile.set_logo(by=here.olivia, picture=picture(kind) + b"<script>alert(1)</script>")
    kept = Logo.objects.get()
    assert (kept.width, kept.height) == (600, 150)
    with Image.open(BytesIO(bytes(kept.png))) as drawn:
        assert (drawn.format, drawn.size, drawn.info) == ("PNG", (600, 150), {})
    assert b"script" not in bytes(kept.png)
    shown = logo.shown()
    assert shown is not None and shown["uri"].startswith("data:image/png;base64,iVBOR")
    profile.remove_logo(by=here.olivia)
    profile.remove_logo(by=here.olivia)
    assert logo.shown() is None


def test_a_tall_logo_keeps_its_shape_and_a_small_one_its_size() -> None:
    assert logo.drawn(picture(size=(100, 1000)))[1:] == (20, 200)
    assert logo.drawn(picture(size=(40, 30)))[1:] == (40, 30)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "PNG, JPEG or WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "PNG, JPEG or WebP"),
        (b"GIF89a" + b"\0" * 40, "PNG, JPEG or WebP"),
        (b"%PDF-1.7", "PNG, JPEG or WebP"),
        (picture()[:60], "PNG, JPEG or WebP"),
        (picture() + b"\0" * 1_000_000, "more than 1 MB"),
        (picture(size=(5000, 4001)), "more than 20 million points"),
    ],
)
def test_what_is_no_logo(here: world.World, body: bytes, text: str) -> None:
    with pytest.raises(BadInput, match=text):
        profile.set_logo(by=here.olivia, picture=body)
    assert not Logo.objects.exists()


def test_a_bomb_of_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    for size in ((15, 10), (30, 10)):  # a warning, an error
        with pytest.raises(BadInput, match="PNG, JPEG or WebP"):
            logo.drawn(picture(size=size))


def test_a_logo_through_the_door(owner: Web, house: world.World) -> None:
    send = "/p/alder/settings/logo/"
    answer = owner.post(send, {"logo": SimpleUploadedFile("../../etc/passwd", picture(), "image/png")}, follow=True)
    assert answer.status_code == 200 and "data:image/png;base64," in answer.text
    wrong = owner.post(send, {"logo": SimpleUploadedFile("a.png", b"no picture", "image/png")})
    assert wrong.status_code == 422 and "This is no PNG, JPEG or WebP picture" in wrong.text
    with tenant(house.practice):
        assert Logo.objects.count() == 1


# --- locations ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("name", "", "Enter a name"),
        ("zip", "1", "A ZIP has five digits"),
        ("state", "", "Choose the state"),
        ("zone", "Chicago", "Choose a time zone"),
        ("place_of_service", "98", "Choose the place of service"),
        ("npi", "1770000011", "wrong digit"),
    ],
)
def test_what_a_location_refuses(here: world.World, field: str, value: str, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        places.save_location(by=here.olivia, **{**PLACE, field: value})
    assert list(refused.value.errors) == [field] and text in refused.value.errors[field]
    assert Location.objects.count() == 1


def test_a_location_opens_changes_and_closes(owner: Web, house: world.World) -> None:
    said = owner.post("/p/alder/settings/locations/new/", PLACE, follow=True)
    assert "Fox River can be booked from now on" in said.text
    with tenant(house.practice):
        made = Location.objects.get(name="Fox River")
    change = PLACE | {"name": "Fox River Clinic", "zone": "America/Denver", "closed_on": "2026-06-20"}
    assert "is saved" in owner.post(f"/p/alder/settings/locations/{made.pk}/", change, follow=True).text
    with tenant(house.practice):
        made.refresh_from_db()
        assert (made.name, made.zone, made.closed_on) == ("Fox River Clinic", "America/Denver", date(2026, 6, 20))
    assert "Fox River" in owner.get("/p/alder/sessions/book/").text  # until then it is open
    with clock.at(world.NOON + timedelta(days=5)):
        owner.force_login(house.olivia.user)
        assert "Fox River" not in owner.get("/p/alder/sessions/book/").text
    owner.force_login(house.olivia.user)
    answer = owner.post(f"/p/alder/settings/locations/{house.location.pk}/", PLACE | {"closed_on": "2026-07-01"})
    assert answer.status_code == 422 and "This is the only open location" in answer.text


def test_a_location_that_is_refused_is_not_closed_either(owner: Web, house: world.World) -> None:
    with tenant(house.practice):
        second = places.save_location(by=house.olivia, **PLACE)
    wrong = PLACE | {"zip": "1", "closed_on": "2026-06-20"}
    assert owner.post(f"/p/alder/settings/locations/{second.pk}/", wrong).status_code == 422
    with tenant(house.practice):
        second.refresh_from_db()
        assert second.closed_on is None and not AuditEvent.objects.filter(verb="close location").exists()


def test_nothing_is_booked_where_it_is_closed(here: world.World) -> None:
    second = places.save_location(by=here.olivia, **PLACE)
    places.close_location(by=here.olivia, location=second, on=date(2026, 6, 20))
    case = here.client()
    for day, closed in ((19, False), (20, True)):
        at = datetime(2026, 6, day, 9, tzinfo=ZoneInfo(world.ZONE))
        slot = {"case": case, "clinician": here.ot, "location": second, "starts_at": at, "length": timedelta(hours=1)}
        if closed:
            with pytest.raises(BadInput, match="Fox River is closed from 2026-06-20 on"):
                sessions.book(by=here.sam, **slot)
        else:
            sessions.book(by=here.sam, **slot)


# --- clinicians --------------------------------------------------------------------------------------


def save(here: world.World, **fields: Any) -> Clinician:
    given = {"discipline": "OT", "level": "therapist", "credentials": "OTR/L", "npi": world.NPIS[3]} | fields
    return clinicians.save_clinician(by=here.olivia, **{"member": here.sam, **given})


def test_a_clinician_with_a_license(here: world.World) -> None:
    made = save(here, licence_number=" 056-1 ", licence_state="il", licence_until=date(2027, 12, 31))
    assert (made.taxonomy, made.licence_number, made.licence_state) == ("225X00000X", "056-1", "IL")
    changed = save(here, clinician=made, level="student", credentials="OTS", npi="", supervisor=here.ot)
    assert (changed.level, changed.taxonomy, changed.answerable) == ("student", STUDENT, here.ot)
    assert (here.ot.answerable, here.assistant.answerable, here.assistant.level) == (here.ot, here.ot, "assistant")


@pytest.mark.parametrize(
    ("fields", "field", "text"),
    [
        ({"npi": ""}, "npi", "An NPI has 10 digits"),
        ({"npi": "1770000011"}, "npi", "wrong digit"),
        ({"credentials": " "}, "credentials", "Enter the credentials"),
        ({"taxonomy": "224Z00000X"}, "taxonomy", "is for OT, assistant"),
        ({"discipline": "XX"}, "discipline", "Choose a discipline"),
        ({"level": "boss"}, "discipline", "and a level"),
        ({"level": "assistant"}, "supervisor", "An assistant works under a supervisor"),
        ({"level": "student", "npi": ""}, "supervisor", "A student works under a supervisor"),
        ({"licence_number": "1"}, "licence_state", "Choose the state that gave the license"),
        ({"licence_state": "XX"}, "licence_state", "Choose the state of the license"),
    ],
)
def test_what_a_clinician_refuses(here: world.World, fields: dict[str, Any], field: str, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        save(here, **fields)
    assert list(refused.value.errors) == [field] and text in refused.value.errors[field]
    assert Clinician.objects.count() == 3


def test_supervisors_are_therapists_of_the_discipline_without_circles(here: world.World) -> None:
    third = save(here, supervisor=here.ot)
    wrong = {
        "is no therapist of this discipline": lambda: save(here, clinician=third, supervisor=here.pt),
        "Carol Castle is no therapist": lambda: save(here, clinician=third, supervisor=here.assistant),
        "Nobody supervises herself": lambda: save(here, clinician=third, supervisor=third),
        "works under her already": lambda: save(here, clinician=here.ot, supervisor=third),
        "treats here already": lambda: save(here, member=here.alice),
        "She supervises Carol Castle, Sam Scheduler": lambda: save(
            here, clinician=here.ot, level="assistant", supervisor=third
        ),
        "give them another supervisor first": lambda: save(here, clinician=here.ot, discipline="PT", credentials="PT"),
    }
    for text, verb in wrong.items():
        with pytest.raises(BadInput, match=text):
            verb()
    fourth = save(here, member=here.bob, supervisor=third)
    with pytest.raises(BadInput, match="works under her already"):
        save(here, clinician=here.ot, supervisor=fourth)


def test_the_database_knows_levels(here: world.World) -> None:
    for change in ({"student": True}, {"supervisor": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Clinician.objects.filter(pk=here.assistant.pk).update(**change)


def test_a_clinician_through_the_door(owner: Web, house: world.World) -> None:
    url = f"/p/alder/settings/clinicians/{house.pt.pk}/"
    typed = {"discipline": "PT", "level": "therapist", "credentials": "PT, DPT", "npi": "1770000011"}
    answer = owner.post(url, typed)
    assert answer.status_code == 422 and "wrong digit" in answer.text and 'value="PT, DPT"' in answer.text
    until = {"npi": "1770000036", "licence_state": "IL", "licence_number": "070-1", "licence_until": "2026-07-01"}
    assert owner.post(url, typed | until).status_code == 302
    page = owner.get("/p/alder/settings/clinicians/").text
    assert "Until Jul 1" in page and "IL 070-1" in page
    with clock.at(world.NOON.replace(month=8)):
        owner.force_login(house.olivia.user)
        assert "Ran out Jul 1" in owner.get("/p/alder/settings/clinicians/").text


# --- hours -------------------------------------------------------------------------------------------


def add(here: world.World, start: int = 9, end: int = 17, **fields: Any) -> list[WorkingHours]:
    given = {"weekdays": [0, 2], "from_on": date(2026, 6, 1), "location": here.location, "clinician": here.ot} | fields
    return hours.add_hours(by=here.olivia, starts=time(start), ends=time(end), **given)  # type: ignore[arg-type]


def test_hours_on_some_days(here: world.World) -> None:
    made = add(here)
    assert [(row.weekday, str(row)) for row in made] == [(0, "Monday 09:00–17:00"), (2, "Wednesday 09:00–17:00")]
    add(here, 17, 19)  # one ends as the other begins
    add(here, weekdays=[1])
    add(here, clinician=here.pt)
    hours.change_hours(
        by=here.olivia, hours=made[0], location=here.location, starts=time(9), ends=time(17), from_on=date(2026, 6, 1),
        until_on=date(2026, 6, 30),
    )  # fmt: skip
    add(here, weekdays=[0], from_on=date(2026, 7, 1))
    assert made[0].holds_on(date(2026, 6, 30)) and not made[0].holds_on(date(2026, 7, 1))
    assert not made[0].holds_on(date(2026, 5, 31)) and made[1].holds_on(date(2030, 1, 1))
    hours.remove_hours(by=here.olivia, hours=made[1])
    assert WorkingHours.objects.filter(clinician=here.ot, weekday=2).count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "text"),
    [
        ({"start": 16, "end": 18}, "starts", "On Monday she works 09:00–17:00 at Alder Street already"),
        ({"from_on": date(2027, 1, 1)}, "starts", "she works 09:00–17:00"),
        ({"from_on": date(2026, 5, 1), "until_on": date(2026, 6, 1)}, "starts", "she works"),
        ({"start": 17, "end": 17}, "ends", "not after the start"),
        ({"until_on": date(2026, 5, 31), "start": 18, "end": 19}, "until_on", "before the first"),
        ({"weekdays": []}, "weekdays", "Choose at least one day"),
        ({"weekdays": [7]}, "weekdays", "Choose at least one day"),
    ],
)
def test_hours_that_cannot_be(here: world.World, fields: dict[str, Any], field: str, text: str) -> None:
    add(here)
    with pytest.raises(BadInput) as refused:
        add(here, **fields)
    assert list(refused.value.errors) == [field] and text in refused.value.errors[field]
    assert WorkingHours.objects.count() == 2


def test_hours_end_with_their_location(here: world.World) -> None:
    second = places.save_location(by=here.olivia, **PLACE)
    places.close_location(by=here.olivia, location=second, on=date(2026, 7, 1))
    add(here, location=second, until_on=date(2026, 6, 30))
    with pytest.raises(BadInput, match="Fox River closes on 2026-07-01"):
        add(here, 18, 19, location=second)
    places.close_location(by=here.olivia, location=second, on=None)
    add(here, 18, 19, location=second)


def test_the_database_refuses_hours_in_two_places(here: world.World) -> None:
    [row] = add(here, weekdays=[0])
    with pytest.raises(IntegrityError, match="clinician_works_in_one_place"), transaction.atomic():
        WorkingHours.objects.create(
            clinician=here.ot, location=here.location, weekday=0, starts=time(16), ends=time(20), from_on=row.from_on
        )


def test_hours_through_the_door(owner: Web, house: world.World) -> None:
    url = f"/p/alder/settings/clinicians/{house.ot.pk}/hours/"
    typed = {
        "location": house.location.pk, "weekdays": ["0", "4"], "starts": "08:30", "ends": "12:00",
        "from_on": "2026-06-15",
    }  # fmt: skip
    assert owner.post(url, typed).status_code == 302
    page = owner.get(f"/p/alder/settings/clinicians/{house.ot.pk}/").text
    assert "8:30 AM – 12:00 PM" in page and "Friday" in page
    answer = owner.post(url, typed | {"ends": "09:00"})
    assert (
        answer.status_code == 422
        and "On Monday she works 08:30–12:00" in answer.text
        and 'value="08:30"' in answer.text
    )
    with tenant(house.practice):
        assert WorkingHours.objects.count() == 2
