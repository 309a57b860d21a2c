"""Heart. The rule book: every rule is one function whose docstring the biller reads."""

from claims.rules import authorization, coding, coverage, documentation, filing, identity, notices
from claims.scrubber import Rule

RULES: tuple[Rule, ...] = (
    identity.billing_provider,
    identity.rendering_provider,
    identity.renders,
    identity.member_id,
    identity.subscriber,
    identity.coverage_in_force,
    coding.diagnoses,
    coding.diagnosis_valid,
    coding.therapy_modifier,
    coding.assistant_modifier,
    coding.modifiers_fit,
    coding.distinct_services,
    coding.never_together,
    coding.separate_services,
    coding.unit_limits,
    coding.add_ons,
    coding.code_in_force,
    coding.units_fit_visit,
    notices.notice_modifiers,
    authorization.authorization,
    coverage.payer_order,
    coverage.visit_limits,
    documentation.signed,
    documentation.cosigned,
    documentation.plan_of_care,
    documentation.referrer,
    documentation.evaluation_level,
    filing.timely,
    filing.duplicate,
    filing.replacement,
)
