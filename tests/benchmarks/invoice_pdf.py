"""An invoice as a PDF, from the rows, against WeasyPrint alone on the same finished HTML and styles.

The product asks the ledger, fills the template, parses the styles and makes the file accessible (PDF/UA).
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.benchmarks import _race

if TYPE_CHECKING:
    from billing.models import Invoice

SLUG = "bench-invoice-pdf"


def invoice(lines: int) -> "Invoice":
    """An invoice of about so many lines; two to a visit."""
    from billing import actions
    from practice.tenancy import tenant
    from tests import world

    here = world.found(SLUG)

    with tenant(here.practice, here.olivia):
        case = here.client()
        for n in range((lines + 1) // 2):
            here.signed(case, ("97110", 33), ("97140", 22), day=world.TODAY - timedelta(days=n))
    with tenant(here.practice, here.bob):
        actions.post_charges()  # a worker may be at it too: whoever comes second finds the day done
        [made] = actions.make_invoices(by=here.bob, contacts=[case.client.guarantor_id])
    return made


def main() -> None:
    run = _race.asked(__doc__, rounds=9, size=16, unit="invoice lines")
    _race.open_house()
    from practice import clock, pdf
    from practice.tenancy import tenant
    from tests import world

    try:
        from weasyprint import CSS, HTML
    except OSError:
        raise SystemExit(pdf.MISSING) from None
    from django.template.loader import render_to_string

    from billing.papers import paper

    with clock.at(world.NOON):
        made = invoice(run.size)
        with tenant(made.practice):
            html = render_to_string("billing/invoice_pdf.html", {"paper": paper(made, world.TODAY)})
            styles = [CSS(string=pdf._style(name)) for name in pdf.STYLES]
            _race.race(
                f"PDF of an invoice of {made.lines.count()} lines",
                product=lambda: pdf.render("billing/invoice_pdf.html", {"paper": paper(made, world.TODAY)}),
                limit=lambda: HTML(string=html).write_pdf(stylesheets=styles),
                rounds=run.rounds,
            )


if __name__ == "__main__":
    main()
