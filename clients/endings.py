"""What hangs on a chart or a plan that shall end: visits, which an app to the right knows and says in the dialog."""

from collections.abc import Callable

from clients.models import Client, Coverage

type Tells = Callable[[Client, Coverage | None], str]
TELLS: list[Tells] = []


def tells_visits[Told: Tells](told: Told) -> Told:
    """Register who says in sentences which visits hang on a chart, or on a plan of it where one is given."""
    TELLS.append(told)
    return told


def visits(client: Client, coverage: Coverage | None = None) -> str:
    """What is to be said of visits before it ends; empty where none hang on it."""
    return " ".join(said for told in TELLS if (said := told(client, coverage)))
