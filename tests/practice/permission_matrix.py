"""Who gets what at every address: the committed table that `test_every_url.py` holds the house to.

One row for each method of each address inside a practice. `{thing}` is a thing of `lived_in.settle_in`,
all of it on Alice's caseload. The figures are the answers to the owner, the biller, the front desk, to the
therapist whose client it is (Alice), and to a colleague who does not treat her (Peter).

    200 201 302   done            403   not her work: she may know that the page exists
    404           not hers: nobody says whether it exists          409 422   told why, nothing is done

The same for everybody and therefore not in the table: of another practice everything is 404, and who has
not signed in is sent to do so (a page 302, a fragment and the API 401).
"""

from tests import world

COLUMNS = ("owner", "biller", "desk", "therapist", "colleague")

PAGES = """
GET  progress/                                      200 200 200 200 200
GET  find/?q=Walter                                 200 200 200 200 200
GET  clients/?q=Walter                              200 200 200 200 200
GET  clients/new/                                   200 200 200 200 200
POST clients/new/                                   302 302 302 302 302
GET  clients/duplicates/                            200 200 403 403 403
GET  clients/{client}/merge/{senior}/               200 200 403 403 403
POST clients/{client}/merge/{senior}/               302 302 403 403 403
POST clients/{merged}/unmerge/                      302 302 403 403 403
GET  clients/{client}/                              200 200 200 200 404
GET  clients/{client}/visits/                       200 200 200 200 404
GET  clients/{client}/files/                        200 200 200 200 404
GET  clients/{client}/files/?removed={removed}      200 200 200 200 404
POST clients/{client}/files/add/                    302 302 302 302 404
GET  clients/documents/{document}/                  200 200 200 200 404
GET  clients/documents/{card}/preview/              200 200 200 200 404
POST clients/documents/{document}/remove/           302 302 302 302 404
POST clients/documents/{removed}/restore/           302 302 302 302 404
GET  clients/coverages/{coverage}/card/             200 200 200 200 404
POST clients/coverages/{coverage}/card/add/         302 302 302 302 404
GET  clients/{client}/limits/                       200 200 200 200 404
GET  clients/{client}/ledger/                       200 200 403 403 403
GET  clients/imports/                               200 200 403 403 403
POST clients/imports/                               302 302 403 403 403
GET  clients/imports/columns/                       200 200 403 403 403
GET  clients/imports/{import}/                      200 200 403 403 403
GET  clients/imports/{import}/progress/             200 200 403 403 403
GET  clients/imports/{import}/mend/                 200 200 403 403 403
POST clients/imports/{import}/start/                302 302 403 403 403
POST clients/emergency/                             302 403 403 302 302
GET  clients/emergency/                             200 403 403 200 200
POST clients/emergency/{emergency}/end/             302 403 403 404 302

GET  audit/                                         200 403 403 403 403
GET  audit/?client=Walter&sort=-person              200 403 403 403 403
GET  audit/count/                                   200 403 403 403 403
GET  audit/export/                                  200 403 403 403 403
GET  clients/{client}/?tab=notes                    200 200 200 200 404
GET  clients/{client}/?tab=plan                     200 200 200 200 404
GET  clients/{client}/?tab=billing                  200 200 200 200 404
GET  clients/{client}/?tab=files                    200 200 200 200 404
GET  clients/{client}/notes/                        200 403 403 200 404
GET  clients/{client}/plans/                        200 200 200 200 404
GET  clients/{client}/facts/                        200 200 200 200 404
GET  clients/{client}/balance/                      200 200 403 403 403
GET  clients/{client}/edit/                         200 200 200 403 403
POST clients/{client}/edit/                         302 302 302 403 403
GET  clients/{client}/deactivate/                   200 200 200 403 403
POST clients/{client}/deactivate/                   302 302 302 403 403
GET  clients/{inactive}/reactivate/                 200 200 200 403 403
POST clients/{inactive}/reactivate/                 302 302 302 403 403
GET  clients/{client}/people/add/                   200 200 200 403 403
POST clients/{client}/people/add/                   302 302 302 403 403
GET  clients/{client}/care-team/add/                200 200 200 403 403
POST clients/{client}/care-team/add/                302 302 302 403 403
GET  clients/care-team/{care}/end/                  200 200 200 403 403
POST clients/care-team/{care}/end/                  302 302 302 403 403
GET  clients/people/{person}/                       200 200 200 403 403
POST clients/people/{person}/                       302 302 302 403 403
GET  clients/people/{person}/end/                   200 200 200 403 403
POST clients/people/{person}/end/                   302 302 302 403 403
GET  clients/{client}/coverages/add/                200 200 200 403 403
POST clients/{client}/coverages/add/                302 302 302 403 403
GET  clients/coverages/{coverage}/                  200 200 200 403 403
POST clients/coverages/{coverage}/                  302 302 302 403 403
GET  clients/coverages/{coverage}/end/              200 200 200 403 403
POST clients/coverages/{coverage}/end/              302 302 302 403 403
GET  clients/coverages/{coverage}/member-id/        200 200 200 403 403
POST clients/coverages/{coverage}/member-id/        302 302 302 403 403
GET  clients/coverages/{coverage}/benefits/         200 200 403 403 403
POST clients/coverages/{coverage}/benefits/         302 302 403 403 403
GET  clients/{client}/cases/open/                   200 200 200 403 403
POST clients/{client}/cases/open/                   302 302 302 403 403
GET  clients/cases/{case}/                          200 200 200 403 403
POST clients/cases/{case}/                          302 302 302 403 403
GET  clients/cases/{case}/diagnoses/                200 200 200 200 404
POST clients/cases/{case}/diagnoses/                302 302 302 302 404
GET  clients/cases/{case}/close/                    200 200 200 403 403
POST clients/cases/{case}/close/                    302 302 302 403 403
GET  clients/cases/{closed_case}/reopen/            200 200 200 403 403
POST clients/cases/{closed_case}/reopen/            302 302 302 403 403
GET  clients/cases/{case}/authorization/            200 200 200 403 403
POST clients/cases/{case}/authorization/            302 302 302 403 403
GET  clients/authorizations/{leave}/withdraw/       200 200 200 403 403
POST clients/authorizations/{leave}/withdraw/       302 302 302 403 403
GET  clients/diagnoses/?q=M54                       200 200 200 200 200
GET  clients/payers/                                200 200 403 403 403
GET  clients/payers/add/                            200 200 403 403 403
POST clients/payers/add/                            302 302 403 403 403
GET  clients/payers/{payer}/                        200 200 403 403 403
POST clients/payers/{payer}/                        302 302 403 403 403
GET  clients/referrers/                             200 200 200 200 200
GET  clients/referrers/add/                         200 200 200 403 403
POST clients/referrers/add/                         302 302 302 403 403
GET  clients/referrers/{referrer}/                  200 200 200 403 403
POST clients/referrers/{referrer}/                  302 302 302 403 403

GET  today/                                         200 403 403 200 200
GET  sessions/book/                                 200 403 200 200 200
GET  sessions/book/limits/?case={case}&date=2026-06-16 200 403 200 200 404
POST sessions/book/                                 302 403 302 302 422
GET  calendar/                                      200 403 200 200 200
GET  calendar/?view=day&on=2026-06-15&clinician=    200 403 200 200 200
GET  calendar/?view=week&on=2026-06-15&clinician=   200 403 200 200 200
GET  calendar/time-off/                             200 403 200 200 200
POST calendar/time-off/                             302 403 302 302 422
POST calendar/time-off/{away}/end/                  302 403 302 302 404
GET  sessions/{booked}/booking/                     200 403 200 200 404
POST sessions/{booked}/reschedule/                  302 403 302 302 404
POST sessions/{recurring}/cancel-following/         302 403 302 302 404
GET  sessions/{session}/                            200 403 403 200 404
GET  sessions/{signed}/                             200 403 403 200 404
POST sessions/{session}/draft/                      403 403 403 302 404
POST sessions/{session}/rows/                       403 403 403 200 404
POST sessions/{session}/evaluation-level/           200 403 403 200 404
POST sessions/{session}/sign/                       403 403 403 302 404
POST sessions/{signed}/amend/                       403 403 403 302 404
POST sessions/{signed}/addenda/                     403 403 403 302 404
GET  sessions/{signed}/note.pdf                     200 403 403 200 404
GET  sessions/{counseling}/psychotherapy-note/      404 404 404 200 404
POST sessions/{counseling}/psychotherapy-note/      404 404 404 302 404
POST sessions/{booked}/move/missed/                 302 403 302 302 404
POST sessions/{signed}/move/cancelled/              409 403 302 409 404
POST sessions/{session}/units/                      200 403 403 200 404
POST sessions/{session}/units/choose/               403 403 403 200 404
GET  sessions/{session}/facts/                      200 403 403 200 404

GET  clients/{client}/outside-therapy/              200 200 200 403 403
POST clients/{client}/outside-therapy/              302 302 302 403 403
GET  clients/{senior}/notices/                      200 200 200 200 404
GET  clients/{senior}/notices/new/                  200 200 200 200 404
GET  clients/{client}/notices/new/                  200 200 200 200 404
POST clients/{senior}/notices/new/                  302 302 302 302 404
GET  notices/{notice}/                              200 200 200 200 404
GET  notices/{notice}/pdf/                          200 200 200 200 404
POST notices/{notice}/sign/                         302 302 302 302 404
POST notices/{notice}/withdraw/                     302 302 302 302 404

GET  charges/{charge}/                              200 200 403 403 403
GET  invoices/                                      200 200 403 403 403
GET  invoices/?tab=open                             200 200 403 403 403
GET  invoices/count/                                200 200 403 403 403
POST invoices/make/                                 302 302 403 403 403
GET  invoices/{invoice}/                            200 200 403 403 403
GET  invoices/{invoice}/pdf/                        200 200 403 403 403
POST invoices/{invoice}/payment/                    302 302 302 403 403
POST invoices/{invoice}/payment/?nothing            422 422 302 403 403

GET  claims/                                        200 200 403 403 403
GET  claims/count/                                  200 200 403 403 403
POST claims/check/                                  302 302 403 403 403
GET  claims/submit/?claim={waiting}                 200 200 403 403 403
POST claims/submit/                                 302 302 403 403 403
POST claims/hold/                                   302 302 403 403 403
GET  claims/{waiting}/                              200 200 403 403 403
POST claims/{waiting}/hold/                         302 302 403 403 403
POST claims/{held}/release/                         302 302 403 403 403
POST claims/{rejected}/again/                       302 302 403 403 403
POST files/{queued_file}/take-back/                 302 302 403 403 403
POST files/{doubtful_file}/arrived/                 302 302 403 403 403
POST files/{doubtful_file}/not-arrived/             302 302 403 403 403
GET  remittances/                                   200 200 403 403 403
GET  remittances/count/                             200 200 403 403 403
GET  remittances/{remittance}/                      200 200 403 403 403
GET  receivables/                                   200 200 403 403 403
GET  receivables/charges/                           200 200 403 403 403

GET  settings/security/                             200 403 403 403 403
POST settings/security/                             302 403 403 403 403
GET  team/                                          200 403 403 403 403
GET  team/invite/                                   200 403 403 403 403
POST team/invite/                                   302 403 403 403 403
POST team/invitations/{invitation}/again/           302 403 403 403 403
POST team/invitations/{invitation}/take-back/       302 403 403 403 403
GET  team/{desk}/                                   200 403 403 403 403
POST team/{desk}/                                   302 403 403 403 403
POST team/{desk}/second-factor/                     302 403 403 403 403
POST team/{desk}/end-sign-ins/                      302 403 403 403 403
POST team/{desk}/disable/                           302 403 403 403 403
POST team/{out}/enable/                             302 403 403 403 403
GET  settings/                                      200 403 403 403 403
POST settings/                                      302 403 403 403 403
POST settings/logo/                                 422 403 403 403 403
POST settings/logo/remove/                          302 403 403 403 403
GET  settings/locations/                            200 403 403 403 403
GET  settings/locations/new/                        200 403 403 403 403
POST settings/locations/new/                        302 403 403 403 403
GET  settings/locations/{second}/                   200 403 403 403 403
POST settings/locations/{second}/                   302 403 403 403 403
GET  settings/clinicians/                           200 403 403 403 403
GET  settings/clinicians/new/                       200 403 403 403 403
POST settings/clinicians/new/                       302 403 403 403 403
GET  settings/clinicians/{pt}/                      200 403 403 403 403
POST settings/clinicians/{pt}/                      302 403 403 403 403
POST settings/clinicians/{pt}/hours/                302 403 403 403 403
GET  settings/hours/{hours}/                        200 403 403 403 403
POST settings/hours/{hours}/                        302 403 403 403 403
POST settings/hours/{hours}/remove/                 302 403 403 403 403
GET  settings/enrollments/                          200 200 403 403 403
GET  settings/enrollments/clinicians/{pt}/payers/{spare}/ 200 200 403 403 403
POST settings/enrollments/clinicians/{pt}/payers/{spare}/ 302 302 403 403 403
GET  settings/enrollments/{enrollment}/             200 200 403 403 403
POST settings/enrollments/{enrollment}/             302 302 403 403 403
POST settings/enrollments/{enrollment}/remove/      302 302 403 403 403
POST settings/enrollments/payers/{spare}/supervisors/ 302 302 403 403 403
"""

API = """
GET  team/                                          200 403 403 403 403
GET  team/{desk}/                                   200 403 403 403 403
PUT  team/{desk}/roles/                             200 403 403 403 403
PUT  team/{desk}/active/                            200 403 403 403 403
DELETE team/{desk}/second-factor/                   200 403 403 403 403
DELETE team/{desk}/sign-ins/                        200 403 403 403 403
GET  invitations/                                   200 403 403 403 403
POST invitations/                                   201 403 403 403 403
DELETE invitations/{invitation}/                    200 403 403 403 403
POST invitations/{invitation}/again/                200 403 403 403 403
GET  profile/                                       200 403 403 403 403
PUT  profile/                                       200 403 403 403 403
GET  locations/                                     200 403 403 403 403
POST locations/                                     201 403 403 403 403
PUT  locations/{second}/                            200 403 403 403 403
GET  clinicians/                                    200 403 403 403 403
POST clinicians/                                    201 403 403 403 403
PUT  clinicians/{pt}/                               200 403 403 403 403
GET  working-hours/                                 200 403 403 403 403
POST working-hours/                                 201 403 403 403 403
PUT  working-hours/{hours}/                         200 403 403 403 403
DELETE working-hours/{hours}/                       200 403 403 403 403
GET  enrollments/                                   200 200 403 403 403
POST enrollments/                                   201 201 403 403 403
PUT  enrollments/{enrollment}/                      200 200 403 403 403
DELETE enrollments/{enrollment}/                    200 200 403 403 403
PUT  payers/{spare}/supervisors/                    200 200 403 403 403

GET  clients/?q=Walter                              200 200 200 200 200
GET  clients/duplicates/                            200 200 403 403 403
POST clients/{client}/merge/                        201 201 403 403 403
POST clients/{merged}/unmerge/                      201 201 403 403 403
GET  clients/{client}/                              200 200 200 200 404
POST clients/intake/                                201 403 201 201 201
GET  clients/{client}/documents/                    200 200 200 200 404
POST clients/{client}/documents/                    201 201 201 201 404
GET  documents/{document}/                          200 200 200 200 404
DELETE documents/{document}/                        200 200 200 200 404
GET  documents/{document}/content/                  200 200 200 200 404
GET  cases/{case}/limits/?from=2026-06-15&days=30   200 200 200 200 404

GET  client-imports/                                200 200 403 403 403
POST client-imports/                                201 201 403 403 403
GET  client-imports/{import}/                       200 200 403 403 403
GET  client-imports/{import}/rows/?outcome=bad      200 200 403 403 403
POST client-imports/{import}/start/                 200 200 403 403 403
GET  audit/                                         200 403 403 403 403
PATCH clients/{client}/about/                       200 200 200 403 403
POST clients/{client}/deactivate/                   200 200 200 403 403
POST clients/{inactive}/reactivate/                 200 200 200 403 403
POST clients/{client}/people/                       201 201 201 403 403
GET  clients/{client}/care-team/                    200 200 200 200 404
POST clients/{client}/care-team/                    201 201 201 403 403
DELETE care-team/{care}/                            200 200 200 403 403
PUT  people/{person}/                               200 200 200 403 403
DELETE people/{person}/                             200 200 200 403 403
POST clients/{client}/coverages/                    201 201 201 403 403
PATCH coverages/{coverage}/                         200 200 200 403 403
POST coverages/{coverage}/end/                      200 200 200 403 403
PUT  coverages/{coverage}/member-id/                200 200 200 403 403
POST coverages/{coverage}/benefits/                 201 201 403 403 403
POST clients/{client}/cases/                        201 201 201 403 403
PATCH cases/{case}/                                 200 200 200 403 403
PUT  cases/{case}/diagnoses/                        200 200 200 200 404
PUT  cases/{case}/closed/                           200 200 200 403 403
POST cases/{case}/authorizations/                   201 201 201 403 403
POST authorizations/{leave}/withdraw/               200 200 200 403 403
GET  payers/                                        200 200 403 403 403
POST payers/                                        201 201 403 403 403
GET  payers/{payer}/                                200 200 403 403 403
PATCH payers/{payer}/                               200 200 403 403 403
GET  referrers/                                     200 200 200 200 200
POST referrers/                                     201 201 201 403 403
PATCH referrers/{referrer}/                         200 200 200 403 403
GET  diagnoses/?q=M54                               200 200 200 200 200

GET  sessions/                                      200 403 403 200 200
POST sessions/                                      201 403 201 201 404
GET  sessions/{session}/                            200 403 403 200 404
PUT  sessions/{session}/draft/                      403 403 403 200 404
POST sessions/{session}/sign/                       403 403 403 200 404
POST sessions/{signed}/amend/                       403 403 403 200 404
POST sessions/{signed}/addenda/                     403 403 403 201 404
GET  sessions/{counseling}/psychotherapy-note/      404 404 404 200 404
PUT  sessions/{counseling}/psychotherapy-note/      404 404 404 200 404
POST sessions/{booked}/move/                        200 403 200 200 404
GET  calendar/                                      200 403 200 200 200
POST series/                                        201 403 201 201 404
POST series/preview/                                200 403 200 200 404
POST sessions/{booked}/reschedule/                  200 403 200 200 404
POST sessions/{recurring}/cancel-following/         200 403 200 200 404
GET  time-off/                                      200 403 200 200 200
POST time-off/                                      201 403 201 201 403
DELETE time-off/{away}/                             200 403 200 200 404
POST units/                                         200 200 200 200 200
POST sessions/{session}/units/                      200 403 403 200 404
POST sessions/{session}/unit-choice/                403 403 403 200 404
GET  code-descriptors/                              200 403 403 403 403
POST code-descriptors/                              200 403 403 403 403
POST evaluation-level/                              200 403 403 200 200

GET  clients/{senior}/notices/                      200 200 200 200 404
POST clients/{senior}/notices/                      201 201 201 201 404
GET  notices/{notice}/                              200 200 200 200 404
POST notices/{notice}/sign/                         200 200 200 200 404
POST notices/{notice}/withdraw/                     200 200 200 200 404

POST clients/{client}/therapy-year/                 201 201 201 403 403
POST clients/emergency/                             201 403 403 201 201
POST emergencies/{emergency}/end/                   200 403 403 404 200
GET  charges/{charge}/                              200 200 403 403 403
GET  invoices/                                      200 200 403 403 403
POST invoices/                                      201 201 403 403 403
GET  invoices/{invoice}/                            200 200 403 403 403
POST invoices/{invoice}/payments/                   201 201 201 403 403

GET  claims/                                        200 200 403 403 403
POST claims/submit/                                 201 201 403 403 403
POST claims/hold/                                   200 200 403 403 403
POST claims/check/                                  200 200 403 403 403
GET  claims/{waiting}/                              200 200 403 403 403
POST claims/{rejected}/again/                       201 201 403 403 403
POST files/{queued_file}/take-back/                 200 200 403 403 403
POST files/{doubtful_file}/arrived/                 200 200 403 403 403
POST files/{doubtful_file}/not-arrived/             200 200 403 403 403
GET  remittances/                                   200 200 403 403 403
GET  remittances/{remittance}/                      200 200 403 403 403
GET  receivables/                                   200 200 403 403 403

GET  security/                                      200 403 403 403 403
PUT  security/                                      200 403 403 403 403
"""

# Outside any practice: the answers to nobody and to a person who has signed in.
OUTSIDE = """
GET  /               302 302
GET  /health/        200 200
GET  /sign-in/       200 200
POST /sign-in/       200 200
GET  /sign-in/code/                   302 302
POST /sign-in/code/                   302 302
GET  /sign-in/reset/                  200 200
POST /sign-in/reset/                  200 200
GET  /sign-in/reset/new/              410 410
POST /sign-in/reset/new/              410 410
GET  /sign-in/reset/MQ/none/          302 302
GET  /sign-in/set-up/                 302 200
GET  /sign-in/set-up/app/             302 200
POST /sign-in/set-up/app/             302 200
GET  /sign-in/set-up/passkey/         302 200
POST /sign-in/set-up/passkey/         302 200
GET  /my-sign-in/                     302 200
GET  /my-sign-in/recovery-codes/      302 200
POST /my-sign-in/recovery-codes/      302 302
GET  /my-sign-in/recovery-codes/new/  302 200
POST /my-sign-in/recovery-codes/new/  302 200
GET  /my-sign-in/remove/1/            302 404
POST /my-sign-in/remove/1/            302 404
GET  /my-sign-in/password/            302 200
POST /my-sign-in/password/            302 200
POST /sign-out/      302 302
GET  /lock/          302 302
POST /lock/          302 302
GET  /lock/passkey/  302 404
GET  /lock/state/    401 200
POST /lock/stay/     302 200
GET  /me/pin/        302 200
POST /me/pin/        302 422
POST /me/pin/remove/ 302 302
GET  /me/sign-ins/   302 200
POST /me/sign-ins/1/end/        302 404
POST /me/sign-ins/others/end/   302 302
GET  /api/v1/schema/ 403 200
GET  /invitation/alder/nothing/ 404 404
POST /invitation/alder/nothing/ 404 404
"""

# These writes only compute, find nothing to change where all is in order, or are turned down with a message.
QUIET = {
    "units/",
    "sessions/{session}/units/",
    "sessions/{session}/evaluation-level/",
    "evaluation-level/",
    "series/preview/",
    "claims/check/",
    "clients/emergency/",
    "sessions/{signed}/move/cancelled/",
    "invoices/{invoice}/payment/?nothing",
}


class Paper:
    """A file to send: it can be read again and again."""

    content_type = "application/pdf"

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self) -> bytes:
        if self.name.endswith(".csv"):
            return world.CSV
        return world.PDF if self.name.endswith(".pdf") else world.picture(self.name).read()


_note = {"subjective": "Slept well.", "objective": "Grip 15 kg.", "assessment": "Better.", "plan": "Go on."}
_thought = {"text": "And of the street.", "version": 1}
_typed = {**_note, "code": ["97530"], "minutes": ["25"], "version": "{version}"}
_day = {"starts_on": "2026-06-15", "ends_on": "2026-09-15"}
_leave = {"coverage": "{coverage}", "number": "A2", "allowed": 6, "counts": "visits", **_day}
_slot = {"case": "{case}", "clinician": "{clinician}", "location": "{location}"}
_moved = {"date": "2026-06-17", "time": "20:00", "length": "45", "clinician": "{clinician}", "location": "{location}"}
_series = {
    **_slot, "first_on": "2026-06-17", "at": "20:00", "minutes": 45, "weekdays": [2], "every_weeks": 1, "visits": 3,
}  # fmt: skip
_away = {"clinician": "{clinician}", "why": "Training"}
_cash = {"amount": "5.00", "method": "cash", "received_on": "2026-06-15"}
_outside = {"year": 2026, "bucket": "OT", "amount": "300.00", "as_of": "2026-06-15"}
_notice = {
    "coverage": "{medicare}", "codes": ["97140"], "kind": "limit", "reason": "More than Medicare pays for.",
    "cost": "60.00", "starts_on": "2026-06-16",
}  # fmt: skip
_signature = {"option": 1, "signer": "Ida Nakamura", "relation": "self"}
_new_client = {
    "client-first_name": "June",
    "client-last_name": "Ortiz",
    "client-birth_on": "1960-04-02",
    "client-sex": "F",
    "case-complaint": "Stroke",
    "case-diagnoses": "R27.8",
    "case-cause": "illness",
    "case-clinician": "{clinician}",
}
_taken_in = {
    "clinician": "{clinician}",
    "client": {"first_name": "June", "last_name": "Ortiz", "birth_on": "1960-04-02", "sex": "F"},
    "case": {"complaint": "Stroke", "diagnoses": ["R27.8"], "cause": "illness"},
    "visit": {"location": "{location}", "starts_at": "2026-06-16T21:00:00-05:00", "minutes": 45},
}  # fmt: skip
_lines = [{"code": "97530", "minutes": 25}]

_about = {"first_name": "Walter", "last_name": "Quill", "birth_on": "1955-02-03", "sex": "M"}
_person = {"first_name": "Ann", "last_name": "Quill", "relation": "sister", "sees": ["schedule"]}
_card = {"payer": "{payer}", "member_id": "W 222-222-222", "rank": 2, "starts_on": "2026-01-01", "relation": "18"}
_promise = {
    "disciplines": ["OT"], "kind": "all", "network": "in", "starts_on": "2026-01-01", "copay_per": "visit",
    "limit_year": "calendar", "plan_year_month": 1, "verified_how": "phone",
}  # fmt: skip
_emergency = {"number": "{chart}", "birth_on": "1955-02-03", "reason": "Fell in the waiting room"}
_case = {
    "complaint": "Hip",
    "opened_on": "2026-06-01",
    "cause": "illness",
    "referrer": "{referrer}",
}
_plan = {
    "name": "Cigna", "short_name": "Cigna", "payer_id": "62308", "plan_type": "commercial", "unit_rule": "midpoint",
    "filing_days": 90,
}  # fmt: skip
_doctor = {"first_name": "Rita", "last_name": "Roe", "npi": "1558598797"}
_lines = [{"code": "97530", "minutes": 25}]
_place = {
    "name": "Third", "street": "3 Alder St", "city": "Aurora", "state": "IL", "zip": "60506", "zone": "America/Chicago",
    "place_of_service": "11",
}  # fmt: skip
_profile = {
    **{key: _place[key] for key in ("street", "city", "state", "zip", "zone")}, "name": "Alder", "legal_name": "Alder LLC",
    "npi": "1770000010", "tax_id": "364810277", "taxonomy": "193200000X", "phone": "6305550100",
    "email": "billing@alder.example",
}  # fmt: skip
_treats = {"discipline": "PT", "level": "therapist", "credentials": "PT, DPT", "npi": "1770000036"}
_hours = {"location": "{second}", "starts": "08:00", "ends": "12:00", "from_on": "2026-06-16"}
_enrolled = {"state": "pending", "starts_on": "2026-06-16", "number": "A7"}

BODIES = {
    "clients/new/": _new_client,
    "clients/{client}/edit/": _about,
    "clients/{client}/deactivate/": {"reason": "moved away"},
    "clients/{client}/people/add/": _person,
    "clients/{client}/care-team/add/": {"clinician": "{pt}"},
    "clients/people/{person}/": _person,
    "clients/{client}/coverages/add/": _card,
    "clients/coverages/{coverage}/": _card,
    "clients/coverages/{coverage}/end/": {"ends_on": "2026-12-31"},
    "clients/coverages/{coverage}/benefits/": {**_promise, "verified_on": "2026-06-15"},
    "clients/{client}/cases/open/": {**_case, "discipline": "PT", "diagnoses": ["M54.50"]},
    "clients/cases/{case}/": _case,
    "clients/cases/{case}/diagnoses/": {"diagnoses": ["M54.50"]},
    "clients/cases/{case}/close/": {"closed_on": "2026-06-15"},
    "clients/authorizations/{leave}/withdraw/": {"reason": "a slip"},
    "clients/payers/add/": _plan,
    "clients/payers/{payer}/": _plan,
    "clients/referrers/add/": _doctor,
    "clients/referrers/{referrer}/": _doctor,
    "clients/coverages/{coverage}/member-id/": {"member_id": "W222222222"},
    "clients/{client}/merge/{senior}/": {"keep": "{senior}", "reason": "the same person"},
    "clients/cases/{case}/authorization/": _leave,
    "clients/{client}/files/add/": {"kind": "report", "file": Paper("report.pdf")},
    "clients/coverages/{coverage}/card/add/": {"side": "card_back", "file": Paper("back.png")},
    "clients/imports/": {"file": Paper("clients.csv")},
    "clients/emergency/": _emergency,
    "sessions/book/": {**_slot, "date": "2026-06-16", "time": "20:00", "length": "45"},
    "sessions/{booked}/reschedule/": _moved,
    "calendar/time-off/": {**_away, "first": "2026-09-01", "last": "2026-09-02"},
    "sessions/{session}/draft/": _typed,
    "sessions/{session}/rows/": _typed,
    "sessions/{session}/evaluation-level/": {"evaluation": "97167", "found": ["strength"], "history": "brief"},
    "sessions/{session}/sign/": _typed,
    "sessions/{signed}/addenda/": {"text": "The grip was measured twice."},
    "sessions/{counseling}/psychotherapy-note/": _thought,
    "sessions/{signed}/amend/": {"code": ["97530"], "minutes": ["25"], "reason": "misread"},
    "sessions/{session}/units/": {"code": ["97530"], "minutes": ["25"]},
    "clients/{client}/outside-therapy/": _outside,
    "clients/{senior}/notices/new/": {**_notice, "key": "5b1e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f10"},
    "notices/{notice}/sign/": _signature,
    "notices/{notice}/withdraw/": {"reason": "a slip"},
    "invoices/make/": {"contact": ["{uninvoiced}"]},
    "invoices/{invoice}/payment/": {**_cash, "key": "8b0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f10"},
    "invoices/{invoice}/payment/?nothing": {**_cash, "amount": "0", "key": "8b0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f10"},
    "claims/submit/": {"claim": ["{waiting}"]},
    "claims/hold/": {"claim": ["{waiting}"]},
    "/sign-in/reset/": {"email": "nobody@alder.example"},
    "settings/security/": {"minutes": 30},
    "team/invite/": {"email": "una@alder.example", "roles": ["therapist", "biller"]},
    "team/{desk}/": {"roles": ["scheduler", "biller"]},
    "settings/": _profile,
    "settings/locations/new/": _place,
    "settings/locations/{second}/": _place,
    "settings/clinicians/new/": {**_treats, "member": "{desk}"},
    "settings/clinicians/{pt}/": _treats,
    "settings/clinicians/{pt}/hours/": {**_hours, "weekdays": ["1", "3"]},
    "settings/hours/{hours}/": _hours,
    "settings/enrollments/clinicians/{pt}/payers/{spare}/": _enrolled,
    "settings/enrollments/{enrollment}/": _enrolled,
    "settings/enrollments/payers/{spare}/supervisors/": {"allowed": "yes"},
    "/sign-in/": {"username": "nobody@alder.example", "password": "wrong"},
}
API_BODIES = {
    "clients/intake/": _taken_in,
    "clients/emergency/": _emergency,
    "client-imports/": {"file": Paper("clients.csv")},
    "clients/{client}/about/": {"last_name": "Quill"},
    "clients/{client}/deactivate/": {"reason": "moved away"},
    "clients/{client}/people/": _person,
    "clients/{client}/care-team/": {"clinician": "{pt}"},
    "people/{person}/": _person,
    "clients/{client}/coverages/": _card,
    "coverages/{coverage}/": {"rank": 2, "payer": "{payer}", "group_number": "7"},
    "coverages/{coverage}/end/": {"ends_on": "2026-12-31"},
    "coverages/{coverage}/benefits/": _promise,
    "clients/{client}/cases/": {**_case, "discipline": "PT", "diagnoses": ["M54.50"]},
    "cases/{case}/": {"complaint": "Hip", "referrer": "{referrer}"},
    "cases/{case}/diagnoses/": {"diagnoses": ["M54.50"]},
    "cases/{case}/closed/": {"closed_on": "2026-06-15"},
    "authorizations/{leave}/withdraw/": {"reason": "a slip"},
    "payers/": _plan,
    "payers/{payer}/": {"filing_days": 77},
    "referrers/": _doctor,
    "referrers/{referrer}/": {"phone": "(630) 555-0142"},
    "team/{desk}/roles/": {"roles": ["scheduler", "biller"]},
    "team/{desk}/active/": {"active": False},
    "invitations/": {"email": "una@alder.example", "roles": ["therapist", "biller"]},
    "profile/": _profile,
    "locations/": _place,
    "locations/{second}/": _place,
    "clinicians/": {**_treats, "member": "{desk}"},
    "clinicians/{pt}/": _treats,
    "working-hours/": {**_hours, "clinician": "{pt}", "weekdays": [1, 3]},
    "working-hours/{hours}/": _hours,
    "enrollments/": {**_enrolled, "clinician": "{pt}", "payer": "{spare}"},
    "enrollments/{enrollment}/": _enrolled,
    "payers/{spare}/supervisors/": {"supervisor_renders": True},
    "coverages/{coverage}/member-id/": {"member_id": "W222222222"},
    "clients/{client}/merge/": {"into": "{senior}", "reason": "the same person"},
    "cases/{case}/authorizations/": _leave,
    "clients/{client}/documents/": {"kind": "report", "file": Paper("report.pdf")},
    "sessions/": {**_slot, "starts_at": "2026-06-16T20:00:00-05:00", "minutes": 45},
    "sessions/{session}/draft/": {**_note, "lines": _lines, "version": "{version}"},
    "sessions/{signed}/addenda/": {"text": "The grip was measured twice."},
    "sessions/{counseling}/psychotherapy-note/": _thought,
    "sessions/{signed}/amend/": {"lines": _lines, "reason": "misread"},
    "sessions/{booked}/move/": {"state": "missed"},
    "sessions/{booked}/reschedule/": {"starts_at": "2026-06-17T20:00:00-05:00", "minutes": 45},
    "series/": _series,
    "series/preview/": _series,
    "time-off/": {**_away, "starts_at": "2026-09-01T00:00:00-05:00", "ends_at": "2026-09-03T00:00:00-05:00"},
    "units/": {"rule": "cms", "lines": _lines},
    "sessions/{session}/units/": {"lines": _lines},
    "sessions/{session}/unit-choice/": {"codes": ["97530"]},
    "clients/{client}/therapy-year/": _outside,
    "code-descriptors/": {"text": "97110,Our own words"},
    "clients/{senior}/notices/": _notice,
    "notices/{notice}/sign/": _signature,
    "notices/{notice}/withdraw/": {"reason": "a slip"},
    "evaluation-level/": {"discipline": "OT", "code": "97167", "answers": {"history": "brief"}},
    "invoices/": {"contacts": ["{uninvoiced}"]},
    "invoices/{invoice}/payments/": _cash,
    "claims/submit/": {"claims": ["{waiting}"]},
    "claims/hold/": {"claims": ["{waiting}"], "held": True},
    "security/": {"minutes": 30},
}
