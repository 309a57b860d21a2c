"""Heart. The fixed words of form CMS-R-131, which the form requires as they stand.

They are a work of the United States government and in the public domain. This is the edition that OMB approved
until January 31, 2026 (control number 0938-0566); its successor was not to be had when this was written. A practice
compares with cms.gov before it relies on the form: `expired()` says so on the page. The blanks A to J are filled by
`billing.notice_pages`.
"""

from dataclasses import dataclass
from datetime import date

EXPIRES = date(2026, 1, 31)
EDITION = "Form CMS-R-131 (Exp. 01/31/2026)"
APPROVAL = "Form Approved OMB No. 0938-0566"
TITLE = "Advance Beneficiary Notice of Non-coverage (ABN)"
SERVICES = "services"  # what stands in the D. blanks of the sentences

NOTE = "If Medicare doesn’t pay for {d} below, you may have to pay."
EXPECT = (
    "Medicare does not pay for everything, even some care that you or your health care provider have good reason to"
    " think you need. We expect Medicare may not pay for the {d} below."
)
NOW = (
    "Read this notice, so you can make an informed decision about your care.",
    "Ask us any questions that you may have after you finish reading.",
    "Choose an option below about whether to receive the {d} listed above.",
)
OTHER_INSURANCE = (
    "If you choose Option 1 or 2, we may help you to use any other insurance that you might have, but Medicare cannot"
    " require us to do this."
)
CHOOSE = "Check only one box. We cannot choose a box for you."


@dataclass(frozen=True)
class Choice:
    """An option as the form words it: `head` in bold, then the text."""

    number: int
    head: str
    text: str


OPTIONS = (
    Choice(
        1,
        "OPTION 1.",
        "I want the {d} listed above. You may ask to be paid now, but I also want Medicare billed for an official"
        " decision on payment, which is sent to me on a Medicare Summary Notice (MSN). I understand that if Medicare"
        " doesn’t pay, I am responsible for payment, but I can appeal to Medicare by following the directions on the"
        " MSN. If Medicare does pay, you will refund any payments I made to you, less co-pays or deductibles.",
    ),
    Choice(
        2,
        "OPTION 2.",
        "I want the {d} listed above, but do not bill Medicare. You may ask to be paid now as I am responsible for"
        " payment. I cannot appeal if Medicare is not billed.",
    ),
    Choice(
        3,
        "OPTION 3.",
        "I don’t want the {d} listed above. I understand with this choice I am not responsible for payment, and I"
        " cannot appeal to see if Medicare would pay.",
    ),
)
OPINION = "This notice gives our opinion, not an official Medicare decision."
QUESTIONS = (
    "If you have other questions on this notice or Medicare billing, call 1-800-MEDICARE"
    " (1-800-633-4227/TTY: 1-877-486-2048)."
)
SIGNING = "Signing below means that you have received and understand this notice. You may ask to receive a copy."
ACCESS = (
    "You have the right to get Medicare information in an accessible format, like large print, Braille, or audio. You"
    " also have the right to file a complaint if you feel you’ve been discriminated against. Visit"
    " Medicare.gov/about-us/accessibility-nondiscrimination-notice."
)
PAPERWORK = (
    "According to the Paperwork Reduction Act of 1995, no persons are required to respond to a collection of"
    " information unless it displays a valid OMB control number. The valid OMB control number for this information"
    " collection is 0938-0566. The time required to complete this information collection is estimated to average 7"
    " minutes per response, including the time to review instructions, search existing data resources, gather the"
    " data needed, and complete and review the information collection. If you have comments concerning the accuracy"
    " of the time estimate or suggestions for improving this form, please write to: CMS, 7500 Security Boulevard,"
    " Attn: PRA Reports Clearance Officer, Baltimore, Maryland 21244-1850."
)


def filled(text: str) -> str:
    """A sentence of the form with its D. blank filled."""
    return text.format(d=SERVICES)


def expired(on: date) -> bool:
    """Whether this edition may have been replaced by a newer one on a day."""
    return on > EXPIRES
