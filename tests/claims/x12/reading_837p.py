"""An independent, naive reader of our 837Ps: str.split and a tree of HLs. Shares nothing with claims.x12."""

from typing import Any

type Fields = dict[str, Any]


def read(text: str) -> tuple[Fields, list[Fields]]:
    """Header fields, and each claim with the fields of its loops, as the text has them."""
    segments = [segment.split("*") + [""] * 20 for segment in text.split("~")[:-1]]
    assert [s[0] for s in segments[:3]] == ["ISA", "GS", "ST"]
    assert [s[0] for s in segments[-3:]] == ["SE", "GE", "IEA"]
    count = len(segments) - 4
    assert segments[-3][1:3] == [str(count), segments[2][2]]
    head: Fields = {"isa": segments[0], "gs": segments[1], "st": segments[2], "trailers": segments[-3:]}
    return head, list(claims(segments[3:-3], head))


def claims(segments: list[list[str]], head: Fields) -> list[Fields]:
    found: list[Fields] = []
    levels: dict[str, Fields] = {}
    level = loop = head
    for s in segments:
        match s[0]:
            case "HL":
                assert s[1] == str(len(levels) + 1), "HL01 counts"
                assert s[2] in levels or (s[2] == "" and s[3] == "20")
                if s[2]:
                    assert levels[s[2]]["has_children"] == "1", "HL04 of the parent"
                level = loop = {"kind": s[3], "above": levels.get(s[2], head), "has_children": s[4]}
                levels[s[1]] = level
            case "NM1":
                holder = found[-1] if s[1] in ("DN", "82", "77") else level
                loop = holder[s[1]] = {"type": s[2], "last": s[3], "first": s[4], "qualifier": s[8], "id": s[9]}
            case "CLM":
                assert level["has_children"] == "0"
                found.append({"CLM": s, "level": level, "REF": {}, "DTP": {}, "lines": []})
                loop = found[-1]
            case "LX":
                loop = {"LX": s[1], "REF": {}, "DTP": {}}
                found[-1]["lines"].append(loop)
            case "REF" | "DTP" if "REF" in loop:
                loop[s[0]][s[1]] = s[2] if s[0] == "REF" else (s[2], s[3])
            case "SBR" | "PAT":
                level[s[0]] = s
            case _:
                loop[s[0]] = s
    assert all((level["kind"] == "23") <= (level["above"].get("kind") == "22") for level in levels.values())
    return found
