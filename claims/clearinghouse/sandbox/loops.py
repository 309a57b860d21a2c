"""The loops of an 837P (005010X222A1): which segment opens which, what may and must be in each.

Source: the implementation guide's structure as printed in RULES §6 and in the map of pyx12.
"""

from dataclasses import dataclass, field

HEADER = "HEADER"
_PEOPLE = "NM1 N3 N4 REF PER"

# loop: (parents, segments it may hold, segments it must hold, loops it must hold)
GRAMMAR: dict[str, tuple[str, str, str, str]] = {
    HEADER: ("", "ST BHT REF SE", "BHT SE", "1000A 1000B 2000A"),
    "1000A": (HEADER, "NM1 PER", "PER", ""),
    "1000B": (HEADER, "NM1", "", ""),
    "2000A": (HEADER, "HL PRV CUR", "", "2010AA 2000B"),
    "2010AA": ("2000A", _PEOPLE, "N3 N4 REF", ""),
    "2010AB": ("2000A", "NM1 N3 N4", "N3 N4", ""),
    "2010AC": ("2000A", "NM1 N3 N4 REF", "N3 N4 REF", ""),
    "2000B": ("2000A", "HL SBR PAT", "SBR", "2010BA 2010BB"),
    "2010BA": ("2000B", f"{_PEOPLE} DMG", "", ""),
    "2010BB": ("2000B", "NM1 N3 N4 REF", "", ""),
    "2000C": ("2000B", "HL PAT", "PAT", "2010CA 2300"),
    "2010CA": ("2000C", f"{_PEOPLE} DMG", "N3 N4 DMG", ""),
    "2300": ("2000B 2000C", "CLM DTP PWK CN1 AMT REF K3 NTE CR1 CR2 CRC HI HCP", "", "2400"),
    "2310A": ("2300", "NM1 REF", "", ""),
    "2310B": ("2300", "NM1 PRV REF", "", ""),
    "2310C": ("2300", _PEOPLE, "N3 N4", ""),
    "2310D": ("2300", "NM1 REF", "", ""),
    "2310E": ("2300", "NM1 N3 N4", "N3 N4", ""),
    "2310F": ("2300", "NM1 N3 N4", "N3 N4", ""),
    "2320": ("2300", "SBR CAS AMT OI MOA", "OI", "2330A 2330B"),
    "2330A": ("2320", "NM1 N3 N4 REF", "", ""),
    "2330B": ("2320", "NM1 N3 N4 DTP REF", "", ""),
    "2330C": ("2320", "NM1 REF", "", ""),
    "2330D": ("2320", "NM1 REF", "", ""),
    "2330E": ("2320", "NM1 REF", "", ""),
    "2330F": ("2320", "NM1 REF", "", ""),
    "2330G": ("2320", "NM1 REF", "", ""),
    "2400": ("2300", "LX SV1 SV5 PWK CR1 CR3 CRC DTP QTY MEA CN1 REF AMT K3 NTE PS1 HCP", "SV1 DTP", ""),
    "2410": ("2400", "LIN CTP REF", "", ""),
    "2420A": ("2400", "NM1 PRV REF", "", ""),
    "2420B": ("2400", "NM1 REF", "", ""),
    "2420C": ("2400", "NM1 N3 N4 REF", "", ""),
    "2420D": ("2400", "NM1 REF", "", ""),
    "2420E": ("2400", _PEOPLE, "", ""),
    "2420F": ("2400", "NM1 REF", "", ""),
    "2420G": ("2400", "NM1 N3 N4", "", ""),
    "2420H": ("2400", "NM1 N3 N4", "", ""),
    "2430": ("2400", "SVD CAS DTP AMT", "DTP", ""),
    "2440": ("2400", "LQ FRM", "", ""),
}

# What opens a loop: a tag alone, or a tag with a code in its element (HL03, NM101).
_HL = {"20": "2000A", "22": "2000B", "23": "2000C"}
_TAGS = {"CLM": "2300", "SBR": "2320", "LX": "2400", "LIN": "2410", "SVD": "2430", "LQ": "2440"}
_NAMES = {
    "41": "1000A", "40": "1000B", "85": "2010AA 2330G", "87": "2010AB", "PE": "2010AC", "IL": "2010BA 2330A",
    "PR": "2010BB 2330B", "QC": "2010CA", "DN": "2310A 2330C 2420F", "P3": "2310A 2330C 2420F",
    "82": "2310B 2330D 2420A", "77": "2310C 2330E 2420C", "DQ": "2310D 2330F 2420D", "DK": "2420E",
    "QB": "2420B", "PW": "2310E 2420G", "45": "2310F 2420H",
}  # fmt: skip
_LEVELS = ("HL", "CLM")  # only these may close a claim or a level
_BOUNDS = ("2000A", "2000B", "2000C", "2300")

ALLOWED = {name: frozenset(row[1].split()) for name, row in GRAMMAR.items()}
KNOWN_TAGS = frozenset().union(*ALLOWED.values())


@dataclass(frozen=True)
class Placed:
    """A segment and its place, counted from ST as 1."""

    position: int
    segment: list[str]

    @property
    def tag(self) -> str:
        return self.segment[0]


@dataclass
class Loop:
    """One occurrence of a loop. `misplaced` are segments that belong in no loop open at that point."""

    name: str
    segments: list[Placed] = field(default_factory=list)
    children: list["Loop"] = field(default_factory=list)
    misplaced: list[Placed] = field(default_factory=list)

    @property
    def first(self) -> Placed:
        return self.segments[0]

    def all(self, tag: str, *codes: str) -> list[list[str]]:
        """Segments with `tag`, and one of `codes` in element 1 when any are given."""
        found = [placed.segment for placed in self.segments if placed.tag == tag]
        return [s for s in found if not codes or (len(s) > 1 and s[1] in codes)]

    def one(self, tag: str, *codes: str) -> list[str]:
        """The first such segment, or an empty list, whose every element is empty."""
        found = self.all(tag, *codes)
        return found[0] if found else []

    def loops(self, *names: str) -> list["Loop"]:
        """Children with one of these names."""
        return [child for child in self.children if child.name in names]


def tree(segments: list[list[str]]) -> Loop:
    """Segments of one set, ST first, hung into loops."""
    root = Loop(HEADER)
    stack = [root]
    for position, segment in enumerate(segments, 1):
        placed = Placed(position, segment)
        if segment[0] == "SE":
            root.segments.append(placed)
            break
        if name := _opens(stack, segment):
            opened = Loop(name)
            stack[-1].children.append(opened)
            stack.append(opened)
            opened.segments.append(placed)
        elif segment[0] in ALLOWED[stack[-1].name] and segment[0] not in ("NM1", "HL"):
            stack[-1].segments.append(placed)
        else:
            stack[-1].misplaced.append(placed)
    return root


def _opens(stack: list[Loop], segment: list[str]) -> str:
    """The loop this segment opens, "" if none; loops that it closes are taken off the stack."""
    candidates = _candidates(segment)
    for depth in range(len(stack) - 1, -1, -1):
        here = stack[depth].name
        for name in candidates:
            if here in GRAMMAR[name][0].split():
                del stack[depth + 1 :]
                return name
        if here in _BOUNDS and segment[0] not in _LEVELS:
            break
    return ""


def _candidates(segment: list[str]) -> list[str]:
    tag = segment[0]
    if tag == "HL":
        return [_HL[segment[3]]] if len(segment) > 3 and segment[3] in _HL else []
    if tag == "NM1":
        return _NAMES.get(segment[1], "").split() if len(segment) > 1 else []
    return [_TAGS[tag]] if tag in _TAGS else []
