"""The figures of the lock, by tables."""

from datetime import UTC, datetime, timedelta

import pytest

from practice.lock import rules

AT = datetime(2026, 6, 15, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("idle", "minutes", "left"),
    [(0, 15, 900), (899, 15, 1), (900, 15, 0), (901, 15, 0), (299, 5, 1), (3599, 60, 1), (-3, 15, 903)],
)
def test_seconds_left(idle: int, minutes: int, left: int) -> None:
    assert rules.seconds_left(AT, AT + timedelta(seconds=idle), minutes) == left


@pytest.mark.parametrize(("hours", "over"), [(0, False), (11.999, False), (12, True), (13, True)])
def test_twelve_hours(hours: float, over: bool) -> None:
    assert rules.over(AT, AT + timedelta(hours=hours)) is over


@pytest.mark.parametrize(("minutes", "fits"), [(4, False), (5, True), (60, True), (61, False), (-1, False)])
def test_minutes_a_practice_may_choose(minutes: int, fits: bool) -> None:
    assert rules.minutes_problem(minutes) == ("" if fits else "Choose between 5 and 60 minutes.")


@pytest.mark.parametrize("pin", ["12345", "1234567", "abcdef", "١٢٣٤٥٦", "", "12345 "])
def test_what_is_no_pin(pin: str) -> None:
    assert rules.pin_problem(pin) == "Type 6 digits."


@pytest.mark.parametrize("pin", ["111111", "000000", "123456", "987654"])
def test_pins_that_are_tried_first(pin: str) -> None:
    assert rules.pin_problem(pin).startswith("That one is tried first.")


@pytest.mark.parametrize("pin", ["290471", "112233", "135791"])
def test_pins(pin: str) -> None:
    assert rules.pin_problem(pin) == ""


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Mac"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/130.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("<script>alert(1)</script>" * 400, "A browser"),
        ("", "A browser"),
    ],
)  # fmt: skip
def test_devices_in_words(agent: str, words: str) -> None:
    assert rules.device(agent) == words


@pytest.mark.parametrize(("text", "ip"), [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("", None), ("unix:", None)])
def test_addresses(text: str, ip: str | None) -> None:
    assert rules.address(text) == ip
