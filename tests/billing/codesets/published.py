"""Files in the layouts in which CMS publishes coding edits; every row in them is invented."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

PAIR_HEADING = (
    "CPT only copyright 2025 American Medical Association.  All rights reserved.\t\t\t\t\t\t",
    "Column1/Column2 Edits\t\t\t\t\t\t",
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
    "\t\t\t\t*=no data\t1=allowed\t",
    "\t\t\t\t\t9=not applicable\t",
)
PAIRS = (
    "97150\t97530\t\t20200101\t*\t1\tMore extensive procedure",
    "97140\t97124\t*\t19960101\t*\t0\tMutually exclusive procedures",
    "97530\t97116\t\t20200101\t20200930\t1\tStandards of medical practice",
    "97530\t97116\t\t20201001\t20201001\t9\tStandards of medical practice",
    "97530\t11111\t\t20200101\t*\t1\tA code that the house does not know",
)
LIMIT_NOTICE = '"CPT codes are copyright 2025 American Medical Association.\r\nAll rights reserved.",,,\r\n'
LIMIT_HEADER = '"HCPCS/\nCPT Code","Practitioner Services MUE Values","MUE Adjudication Indicator","MUE Rationale"\r\n'
LIMITS = (
    '97110,6,"3 Date of Service Edit: Clinical","Clinical: Data"',
    '97129,1,"2 Date of Service Edit: Policy","Code Descriptor / CPT Instruction"',
    '29130,3,"1 Line Edit","Anatomic Consideration"',
    '0001U,1,"2 Date of Service Edit: Policy","CMS Policy"',
)
ADD_ON_HEADING = (
    "CPT only copyright 2025 American Medical Association.\t\t\t\t\t\t\t",
    "AOC_Edit_Type\tAdd-On_Code\tAOC_DelDT\tPrimary_Code\tPrimary_Code_DelDT\tAOC_Edit_EffDT\tAOC_Edit_DelDT"
    "\tSpecial_Instruction_Notes",
)
ADD_ONS = (
    "1\t97130\t\t97129\t\t2020001\t\t",
    "1\t97546\t\t97545\t\t2013091\t2025365\t",
    '2\t92618\t\tCCCCC\t\t2012001\t\t"(Contractor Defined Primary Codes)"',
    "3\t90785\t\t90791\t\t2013001\t\t",
    "1\t11111\t\t22222\t\t2013001\t\t",
)


def pair_file(rows: Iterable[str] = PAIRS, heading: Iterable[str] = PAIR_HEADING) -> bytes:
    return _crlf((*heading, *rows)).encode("cp1252")


def limit_file(rows: Iterable[str] = LIMITS, header: str = LIMIT_HEADER) -> bytes:
    return (LIMIT_NOTICE + header + _crlf(rows)).encode("cp1252")


def add_on_file(rows: Iterable[str] = ADD_ONS, heading: Iterable[str] = ADD_ON_HEADING) -> bytes:
    return _crlf((*heading, *rows)).encode("cp1252")


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packing:
        for name, content in members.items():
            packing.writestr(name, content)
    return path


def _crlf(lines: Iterable[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)
