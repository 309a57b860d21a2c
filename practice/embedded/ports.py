"""Which port of this machine the web server takes."""

import errno
import socket
from collections.abc import Iterator

from practice.embedded.trouble import Trouble

FIRST, TRIES = 8000, 100


def addresses(port: int) -> Iterator[tuple[socket.AddressFamily, str, str]]:
    """Both meanings of "localhost", as (family, host, how gunicorn writes it); IPv6 only where there is any."""
    yield socket.AF_INET, "127.0.0.1", f"127.0.0.1:{port}"
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return
    yield socket.AF_INET6, "::1", f"[::1]:{port}"


def is_free(port: int) -> bool:
    for family, host, _ in addresses(port):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno == errno.EACCES:
                    raise Trouble(f"Port {port} is only for root; choose one above 1023 with PORT=….") from None
                return False
    return True


def choose(wanted: str = "") -> int:
    """The port a person asked for, or the first free one from 8000."""
    if not wanted:
        for port in range(FIRST, FIRST + TRIES):
            if is_free(port):
                return port
        raise Trouble(f"No free port between {FIRST} and {FIRST + TRIES - 1}; choose one with PORT=….")
    if not (wanted.isascii() and wanted.isdigit() and 0 < int(wanted) < 65536):
        raise Trouble(f"PORT={wanted} is not a port number.")
    if not is_free(int(wanted)):
        raise Trouble(f"Port {wanted} is taken; choose another with PORT=…, or leave PORT unset.")
    return int(wanted)


def any_free() -> int:
    """A port nobody listens on at the moment, far from 8000: for tests."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
