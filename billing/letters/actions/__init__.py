"""Verbs about letters. Nothing of a letter is ever changed; a mistake is voided and made anew."""

from billing.letters.actions.estimates import give_estimate
from billing.letters.actions.statements import make_statements
from billing.letters.actions.superbills import make_superbill, void_superbill
from billing.letters.actions.voiding import void_invoice

__all__ = ["give_estimate", "make_statements", "make_superbill", "void_invoice", "void_superbill"]
