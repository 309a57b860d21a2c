"""Which clients there are for a member, and how they are found."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from clients import emergency
from clients.merged import whole_charts
from clients.names import TAIL, WORDS, as_day, name_begins, phone_ends
from practice.identifiers import whole
from practice.models import Membership
from practice.permissions import Permission

if TYPE_CHECKING:
    from clients.models import Client  # noqa: F401  named in quotes below

MOST_MERGED = 100  # merged charts of which one search follows the way to the surviving one


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, member: Membership) -> "ClientQuerySet":
        """Those a member may know of: a therapist her caseload and whom she reads in an emergency, everybody else the
        whole practice.

        Charts of one person that were merged are one: whose caseload has one of them has all.
        """
        if member.may(Permission.SEE_EVERY_CLIENT):
            return self
        care = self.model.objects.filter(care_team__clinician__member=member).values_list("pk", flat=True)
        hers = care.union(emergency.opened_by(member))  # not an OR: that would read every client's care team
        return self.filter(pk__in=whole_charts(list(hers)))

    def listed(self, text: str, *, inactive: bool = False) -> "ClientQuerySet":
        """What a list shows: those in use, or the others. A chart number finds both."""
        found = self.find_people(text)
        return found if any(whole(word) is not None for word in text.split()) else found.filter(active=not inactive)

    def by_name(self, text: str = "") -> "ClientQuerySet":
        """In order of name. What was found by a `text` is sorted: the index in order of name would be walked past
        everybody who stands before the few."""
        names = (Lower("last_name"), Lower("first_name")) if text.strip() else ("last_name", "first_name")
        return self.order_by(*names, "id")

    def surviving(self) -> "ClientQuerySet":
        """Without the charts that were merged into another: what lists show."""
        return self.filter(merged_into__isnull=True)

    def find(self, text: str) -> "ClientQuerySet":
        """Charts by number, name, birth date or the end of a phone number, each word of `text` fitting.

        A word is the beginning of the first or the last name, whatever its case and accents.
        """
        found = self
        for word in text.replace("\0", " ").split()[:WORDS]:
            found = found.filter(_fits(word))
        return found

    def find_people(self, text: str) -> "ClientQuerySet":
        """As `find`, but for a chart that was merged into another the one that survives."""
        found = self.find(text)
        if not text.strip():
            return found.surviving()
        old = list(found.filter(merged_into__isnull=False).values_list("pk", flat=True)[:MOST_MERGED])
        if not old:
            return found.surviving()
        return self.surviving().filter(Q(pk__in=found.values("pk")) | Q(pk__in=whole_charts(old)))

    def find_charts(self, text: str) -> "ClientQuerySet":
        """As `find`, with all other charts of the same people: where what they left is looked for."""
        found = self.find(text)
        linked = found.filter(
            Q(merged_into__isnull=False) | Exists(self.model.objects.filter(merged_into=OuterRef("pk")))
        )
        charts = list(linked.values_list("pk", flat=True)[:MOST_MERGED])
        return self.filter(Q(pk__in=found.values("pk")) | Q(pk__in=whole_charts(charts))) if charts else found


def _fits(word: str) -> Q:
    number, day = whole(word), as_day(word)
    if day is not None and number is None:
        return Q(birth_on=day)
    if number is None:
        return name_begins(word)
    return Q(number=number) | phone_ends(word) if TAIL <= len(word) <= 10 else Q(number=number)
