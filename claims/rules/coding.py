"""Heart. Codes, modifiers, units, diagnoses."""

from collections.abc import Iterator

from billing.codesets import edits
from billing.modifiers import ASSISTANT, THERAPY
from claims.scrubber import ClaimFacts
from clients.diagnoses import CODE, problem
from practice.findings import Finding, Severity
from sessions.codes import CODES, SEPARATE

MOST_DIAGNOSES = 12
SLACK = 8  # minutes of overrun before units are held against the visit's length


def diagnoses(claim: ClaimFacts) -> Iterator[Finding]:
    """One to twelve diagnoses that look like ICD-10-CM codes (2300 HI)."""
    if not 1 <= len(claim.diagnoses) <= MOST_DIAGNOSES:
        yield Finding(
            "diagnosis_count", Severity.CANNOT_GO, "case.diagnoses", "A claim needs 1 to 12 diagnoses.",
            f"The case has {len(claim.diagnoses)}.",
        )  # fmt: skip
    for code in claim.diagnoses:
        if not CODE.fullmatch(code):
            yield Finding("diagnosis_form", Severity.WILL_FAIL, "case.diagnoses", f"{code} is not an ICD-10-CM code.")


def diagnosis_valid(claim: ClaimFacts) -> Iterator[Finding]:
    """Each diagnosis is a whole ICD-10-CM code on the day of service; the list of another day only gives doubts."""
    for found in claim.looked_up:
        if found.wrong and CODE.fullmatch(found.code):
            severity = Severity.WILL_FAIL if found.refused else Severity.MAY_BE_DENIED
            said, _, fix = problem(found).partition("; ")
            yield Finding("diagnosis_valid", severity, "case.diagnoses", f"{said}.", f"{fix[:1].upper()}{fix[1:]}.")


def therapy_modifier(claim: ClaimFacts) -> Iterator[Finding]:
    """Each therapy line carries its discipline's modifier where the payer asks for it: GO, GP or GN."""
    modifier = THERAPY.get(claim.discipline)
    if not claim.payer.needs_therapy_modifier or modifier is None:
        return
    for line in claim.lines:
        if modifier not in line.modifiers:
            yield Finding(
                "therapy_modifier",
                Severity.WILL_FAIL,
                f"line.{line.code}.modifiers",
                f"{line.code} needs modifier {modifier}.",
                f"{claim.payer.short_name} denies {claim.discipline} lines without it.",
            )


def assistant_modifier(claim: ClaimFacts) -> Iterator[Finding]:
    """An assistant's line carries CO or CQ where the payer asks for it."""
    modifier = ASSISTANT.get(claim.discipline)
    if not claim.payer.needs_assistant_modifier or modifier is None:
        return
    for line in claim.lines:
        if line.assistant and modifier not in line.modifiers:
            yield Finding(
                "assistant_modifier", Severity.WILL_FAIL, f"line.{line.code}.modifiers",
                f"{line.code} was given by an assistant and needs {modifier}.",
            )  # fmt: skip


def modifiers_fit(claim: ClaimFacts) -> Iterator[Finding]:
    """A line holds four modifiers (2400 SV101), and only those that its day allows."""
    for line in claim.lines:
        where = f"line.{line.code}.modifiers"
        if line.left_out:
            yield Finding(
                "modifiers_fit", Severity.MAY_BE_DENIED, where,
                f"{line.code} has no room for {' and '.join(line.left_out)}.", "A line holds four modifiers.",
            )  # fmt: skip
        for sentence in line.refused:
            yield Finding("modifiers_fit", Severity.MAY_BE_DENIED, where, f"{sentence}.", "It was left away.")


def distinct_services(claim: ClaimFacts) -> Iterator[Finding]:
    """Two codes this payer treats as one service on a day, the second without modifier 59."""
    by_code = {line.code: line for line in claim.lines}
    for first, second in claim.payer.distinct_pairs:
        if first in by_code and second in by_code and not SEPARATE.intersection(by_code[second].modifiers):
            yield Finding(
                "distinct_services",
                Severity.MAY_BE_DENIED,
                f"line.{second}.modifiers",
                f"{second} may need modifier 59 with {first}.",
                f"{claim.payer.short_name} treats the two codes as one service on the same day unless the note"
                " shows separate times.",
            )


def units_fit_visit(claim: ClaimFacts) -> Iterator[Finding]:
    """Timed minutes fit into the time the client was there."""
    timed = [line for line in claim.lines if line.code in CODES and CODES[line.code].timed]
    minutes, units = sum(line.minutes for line in timed), sum(line.units for line in timed)
    if minutes > claim.visit_minutes + SLACK:
        yield Finding(
            "units_fit_visit",
            Severity.MAY_BE_DENIED,
            "lines",
            f"{units} units in a {claim.visit_minutes}-minute visit.",
            f"Timed minutes on the note add up to {minutes}.",
        )


# --- coding edits: NCCI, by the day of the service -----------------------------------------------------
# They are Medicare's. Most other payers follow them, each in its own way, so there they only may.


def never_together(claim: ClaimFacts) -> Iterator[Finding]:
    """No two codes on one day that count as one service whatever the modifier (NCCI, indicator 0)."""
    for pair in edits.together(claim.edits, _billed(claim)):
        if not pair.may_be_separate:
            yield _by_pair("never_together", claim, pair)


def separate_services(claim: ClaimFacts) -> Iterator[Finding]:
    """Two codes that count as one service unless a modifier tells them apart (NCCI, indicator 1). No button
    adds it: whoever treated says whether the two were separate.
    """
    for pair in edits.together(claim.edits, _billed(claim)):
        if pair.may_be_separate:
            yield _by_pair("separate_services", claim, pair)


def _by_pair(rule: str, claim: ClaimFacts, pair: edits.Pair) -> Finding:
    message, detail = edits.pair_words(pair)
    severity = _severity(claim, Severity.WILL_FAIL)
    return Finding(
        rule, severity, f"line.{pair.column2}.modifiers", message, f"{detail} {_whose(claim, claim.edits.source)}"
    )


def unit_limits(claim: ClaimFacts) -> Iterator[Finding]:
    """No more units of a code than a line or a day bears (NCCI medically unlikely edits)."""
    for limit, units in edits.over_limit(claim.edits, _billed(claim)):
        message, detail = edits.limit_words(limit, units)
        severity = Severity.MAY_BE_DENIED if limit.appealable else _severity(claim, Severity.WILL_FAIL)
        yield Finding(
            "unit_limits", severity, f"line.{limit.code}.units", message,
            f"{detail} {_whose(claim, claim.edits.limits_source)}",
        )  # fmt: skip


def add_ons(claim: ClaimFacts) -> Iterator[Finding]:
    """An add-on stands beside a code that it belongs to (NCCI add-on edits)."""
    for code, parents in edits.alone(claim.edits, [line.code for line in claim.lines]):
        message, detail = edits.alone_words(code, parents)
        listed = code not in claim.edits.open_lists
        severity = _severity(claim, Severity.WILL_FAIL) if listed else Severity.MAY_BE_DENIED
        yield Finding("add_ons", severity, f"line.{code}.code", message, detail)


def code_in_force(claim: ClaimFacts) -> Iterator[Finding]:
    """Each code exists on the day of the session."""
    for code in dict.fromkeys(line.code for line in claim.lines):
        starts_on = CODES[code].starts_on if code in CODES else claim.served_on
        if claim.served_on < starts_on:
            yield Finding(
                "code_in_force", Severity.WILL_FAIL, f"line.{code}.code",
                f"{code} did not exist on the day of the session.",
                f"It may be billed from {starts_on:%b} {starts_on.day}, {starts_on.year}.",
            )  # fmt: skip


def _billed(claim: ClaimFacts) -> list[edits.Billed]:
    return [edits.Billed(line.code, line.units, line.modifiers) for line in claim.lines]


def _severity(claim: ClaimFacts, by_medicare: Severity) -> Severity:
    return by_medicare if claim.payer.plan_type == "medicare" else Severity.MAY_BE_DENIED


def _whose(claim: ClaimFacts, source: str) -> str:
    return claim.edits.caution or f"By {source}."
