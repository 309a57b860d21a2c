"""Heart. The address of a meeting, and places of service of telehealth.

CMS place of service: 10 telehealth in the client's home, 02 anywhere else the client is.
"""

from urllib.parse import urlsplit

AT_HOME, ELSEWHERE = "10", "02"
WORDS = {AT_HOME: "client at home", ELSEWHERE: "client elsewhere"}
LONGEST = 300


def link_problem(url: str) -> str:
    """What is wrong with the address of a meeting, in a sentence; empty for none."""
    if len(url) > LONGEST:
        return f"A meeting link has at most {LONGEST} characters"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "Check the link; it cannot be read"
    if parts.scheme != "https":
        return "A meeting link begins with https://"
    host = parts.hostname or ""
    if parts.username or parts.password or "." not in host or not url.isascii() or not url.isprintable() or " " in url:
        return "Check the link; copy it as the meeting service gives it"
    return "" if port in (None, 443) else "Check the link; copy it as the meeting service gives it"
