"""Heart. Which units an assistant gave, in whole or in part (CO, CQ), by the rule for dates from 2022.

CY2022 physician fee schedule final rule, 86 FR 64996; 42 CFR 410.59 and 410.60. Time together with the
therapist is the therapist's. Unit by unit, not by day:

1. whole units of the therapist are hers, whole units of the assistant carry the modifier;
2. of the last unit it is hers when she gave at least its half (8 of 15 minutes);
3. otherwise it carries the modifier when the assistant gave more than a tenth of it;
4. when two units are left and both gave part, one is hers and one carries the modifier.

"More than a tenth" is the share rounded to whole percent, 11 or more. An untimed service is one unit of
which step 3 alone is asked.
"""


def over_a_tenth(assistant: int, total: int) -> bool:
    """Whether the assistant's share, rounded to whole percent, is 11 or more."""
    return total > 0 and 200 * assistant >= 21 * total


def with_modifier(units: int, therapist: int, assistant: int, increment: int) -> int:
    """How many of the `units` of a timed code, `increment` minutes each, carry the modifier."""
    hers, whole = therapist // increment, assistant // increment
    if units <= hers:
        return 0
    if units <= hers + whole:
        return units - hers
    left = units - hers - whole
    return whole + _of_the_last(left, therapist % increment, assistant % increment, increment)


def _of_the_last(units: int, therapist: int, assistant: int, increment: int) -> int:
    """Of the units that leftover minutes earned."""
    if units >= 2 and therapist and assistant:
        return units - 1
    if therapist >= increment // 2 + 1 or not over_a_tenth(assistant, therapist + assistant):
        return 0
    return units
