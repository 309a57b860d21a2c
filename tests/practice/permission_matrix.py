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
GET  clients/{client}/move-coverage/                200 200 403 403 403
POST clients/{client}/move-coverage/                302 302 403 403 403
GET  clients/{client}/sharing/                      200 200 200 403 403
POST clients/{client}/sharing/                      302 302 302 403 403
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
GET  calendar/feed/                                 200 403 200 200 200
POST calendar/feed/make/                            404 403 404 200 200
POST calendar/feed/revoke/                          404 403 404 302 302
POST calendar/feed/words/                           302 403 403 403 403
GET  settings/telehealth/                           200 403 403 403 403
POST settings/telehealth/                           302 403 403 403 403
POST sessions/{booked}/telehealth/10/               302 403 302 302 404
GET  settings/rooms/                                200 403 403 403 403
GET  settings/rooms/new/                            200 403 403 403 403
POST settings/rooms/new/                            302 403 403 403 403
GET  settings/rooms/{room}/                         200 403 403 403 403
POST settings/rooms/{room}/                         302 403 403 403 403
GET  groups/new/                                    200 403 200 200 200
POST groups/new/                                    302 403 302 302 422
GET  groups/{group}/                                200 403 200 200 404
POST groups/{group}/draft/                          403 403 403 302 404
POST groups/{group}/rows/                           403 403 403 200 404
POST groups/{group}/attendance/                     302 403 302 302 404
POST groups/{tapped}/sign/                          403 403 403 302 404
GET  groups/{group}/clients/add/                    200 403 200 200 404
POST groups/{group}/clients/add/                    302 403 302 302 404
GET  groups/{group}/move/                           200 403 200 200 404
POST groups/{group}/move/                           302 403 302 302 404
POST groups/{group}/cancel/                         302 403 302 302 404
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
GET  notes/phrases/                                 200 403 403 200 200
GET  notes/phrases/new/                             200 403 403 200 200
POST notes/phrases/new/                             302 403 403 302 302
GET  notes/phrases/{phrase}/                        200 403 403 200 200
POST notes/phrases/{phrase}/                        302 403 403 302 403
POST notes/phrases/{phrase}/remove/                 302 403 403 302 403
GET  notes/templates/                               200 403 403 200 200
GET  notes/templates/new/                           200 403 403 200 200
POST notes/templates/new/                           302 403 403 302 302
GET  notes/templates/{template}/                    200 403 403 200 200
POST notes/templates/{template}/                    302 403 403 302 403
POST notes/templates/{template}/remove/             302 403 403 302 403
GET  sessions/{session}/earlier/                    200 403 403 200 404
GET  sessions/{session}/insertable/                 200 403 403 200 404
POST sessions/{session}/insert/                     403 403 403 302 404
GET  notes/to-co-sign/                              200 403 403 200 200
GET  notes/to-co-sign/count/                        200 403 403 200 200
POST sessions/{supervised}/co-sign/                 403 403 403 302 404
POST sessions/{supervised}/return/                  403 403 403 302 404
GET  sessions/{counseling}/psychotherapy-note/      404 404 404 200 404
POST sessions/{counseling}/psychotherapy-note/      404 404 404 302 404
POST sessions/{booked}/move/missed/                 302 403 302 302 404
POST sessions/{signed}/move/cancelled/              409 403 302 409 404
POST sessions/{session}/units/                      200 403 403 200 404
POST sessions/{session}/units/choose/               403 403 403 200 404
GET  sessions/{session}/facts/                      200 403 403 200 404

GET  plans/                                         200 200 200 200 200
GET  plans/?tab=waiting                             200 200 200 200 200
GET  cases/{case}/plans/                            200 200 200 200 404
GET  cases/{case}/plans/new/                        403 403 403 200 404
POST cases/{case}/plans/new/                        403 403 403 302 404
POST cases/{case}/measures/                         403 403 403 302 404
GET  plans/{plan}/plan.pdf                          200 200 200 200 404
GET  plans/{plan}/send/                             200 200 200 200 404
POST plans/{plan}/send/                             302 302 302 302 404
GET  plans/{plan}/signed/                           200 200 200 200 404
POST plans/{plan}/signed/                           302 302 302 302 404
GET  plans/{plan}/returned/                         200 200 200 200 404
POST plans/{plan}/returned/                         302 302 302 302 404
GET  plans/{plan}/goals/new/                        403 403 403 200 404
POST plans/{plan}/goals/new/                        403 403 403 302 404
GET  plan-steps/{step}/undo/                        200 200 200 200 404
POST plan-steps/{step}/undo/                        302 302 302 302 404
GET  goals/{goal}/end/                              403 403 403 200 404
POST goals/{goal}/end/                              403 403 403 302 404
GET  sessions/{session}/goals/                      200 403 403 200 404
POST sessions/{session}/goals/                      403 403 403 302 404

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

GET  clients/{client}/sliding-fees/                 200 200 403 403 403
GET  clients/{client}/sliding-fees/new/             200 200 403 403 403
POST clients/{client}/sliding-fees/new/             302 302 403 403 403
GET  clients/{client}/sliding-fees/end/             200 200 403 403 403
POST clients/{client}/sliding-fees/end/             302 302 403 403 403
GET  clients/{client}/fees/                         200 200 200 403 403
GET  clients/{client}/fees/new/                     200 200 200 403 403
POST clients/{client}/fees/new/                     302 302 302 403 403
GET  client-fees/{fee}/take-back/                   200 200 200 403 403
POST client-fees/{fee}/take-back/                   302 302 302 403 403
GET  fees/                                          200 200 403 403 403
GET  fees/?tab=contracts                            200 200 403 403 403
GET  fees/new/                                      200 200 403 403 403
POST fees/new/                                      302 302 403 403 403
GET  fees/rates/new/                                200 200 403 403 403
POST fees/rates/new/                                302 302 403 403 403
GET  fees/import/                                   200 200 403 403 403
POST fees/import/                                   302 302 403 403 403
GET  fees/without-visit/                            200 200 403 403 403
POST fees/without-visit/                            302 302 403 403 403
GET  fees/codes/97110/                              200 200 403 403 403

GET  charges/{charge}/                              200 200 403 403 403
GET  charges/{charge}/write-off/                    200 200 403 403 403
POST charges/{charge}/write-off/                    302 302 403 403 403
GET  write-offs/                                    200 200 403 403 403
GET  write-offs/?tab=decided                        200 200 403 403 403
GET  write-offs/?tab=kinds                          200 200 403 403 403
GET  write-offs/count/                              200 200 403 403 403
GET  write-offs/{write_off}/                        200 200 403 403 403
POST write-offs/{write_off}/decide/                 302 403 403 403 403
POST write-offs/{written_off}/take-back/            302 302 403 403 403
GET  write-offs/limits/                             200 403 403 403 403
GET  write-offs/limits/{biller}/                    200 403 403 403 403
POST write-offs/limits/{biller}/                    302 403 403 403 403
GET  write-offs/small-balances/                     200 200 403 403 403
POST write-offs/small-balances/                     302 302 403 403 403
GET  write-offs/small-balances/rule/                200 403 403 403 403
POST write-offs/small-balances/rule/                302 403 403 403 403
POST write-offs/small-balances/runs/{small_run}/undo/     302 302 403 403 403
GET  clients/{client}/hardships/                    200 200 403 403 403
GET  clients/{client}/hardships/new/                200 200 403 403 403
POST clients/{client}/hardships/new/                302 302 403 403 403
GET  invoices/                                      200 200 403 403 403
GET  invoices/?tab=open                             200 200 403 403 403
GET  invoices/count/                                200 200 403 403 403
GET  invoices/?tab=waiting                          200 200 403 403 403
GET  invoices/?tab=waiting&why=unsigned             200 200 403 403 403
GET  invoices/?tab=waiting&why=payer                200 200 403 403 403
GET  invoices/export/                               200 200 403 403 403
GET  invoices/export/?tab=waiting                   200 200 403 403 403
GET  invoices/export/?tab=open                      200 200 403 403 403
POST invoices/make/                                 302 302 403 403 403
GET  invoices/runs/                                 200 200 403 403 403
POST invoices/runs/                                 302 302 403 403 403
GET  invoices/runs/{run}/                           200 200 403 403 403
GET  invoices/runs/{run}/?show=skipped              200 200 403 403 403
GET  invoices/runs/{run}/progress/                  200 200 403 403 403
POST invoices/runs/{unprinted}/letters/             302 302 403 403 403
GET  invoices/letters/{letters}/                    200 200 403 403 403
GET  invoices/{invoice}/                            200 200 403 403 403
GET  invoices/{invoice}/pdf/                        200 200 403 403 403
POST invoices/{invoice}/payment/                    302 302 302 403 403
POST invoices/{invoice}/payment/?nothing            422 422 302 403 403
POST invoices/{invoice}/void/                       302 302 403 403 403
POST invoices/{invoice}/void/?nothing               422 422 403 403 403
GET  statements/                                    200 200 403 403 403
GET  statements/?tab=made                           200 200 403 403 403
POST statements/make/                               302 302 403 403 403
GET  statements/{statement}/                        200 200 403 403 403
GET  statements/{statement}/pdf/                    200 200 403 403 403
GET  contacts/{owing}/statement/                    200 200 403 403 403
POST contacts/{owing}/statement/                    302 302 403 403 403
GET  clients/{self_payer}/superbills/               200 200 403 403 403
GET  clients/{self_payer}/superbills/new/           200 200 403 403 403
POST clients/{self_payer}/superbills/new/           302 302 403 403 403
GET  superbills/{superbill}/                        200 200 403 403 403
GET  superbills/{superbill}/pdf/                    200 200 403 403 403
POST superbills/{superbill}/void/                   302 302 403 403 403
GET  clients/{self_payer}/estimates/                200 200 200 403 403
GET  clients/{self_payer}/estimates/new/            200 200 200 403 403
POST clients/{self_payer}/estimates/new/            302 302 302 403 403
GET  estimates/{estimate}/                          200 200 200 403 403
GET  estimates/{estimate}/pdf/                      200 200 200 403 403

GET  clients/{client}/payers/                       200 200 200 403 403
GET  sessions/{session}/check-in/                   200 200 200 403 403
POST sessions/{session}/check-in/                   302 302 302 403 403
GET  credits/                                       200 200 403 403 403
GET  credits/count/                                 200 200 403 403 403
GET  credits/rule/                                  200 403 403 403 403
POST credits/rule/                                  302 403 403 403 403
GET  people/{creditor}/                             200 200 200 403 403
GET  people/{creditor}/payment/                     200 200 200 403 403
POST people/{creditor}/payment/                     302 302 302 403 403
GET  people/{creditor}/payment/preview/?amount=70   200 200 200 403 403
POST people/{creditor}/credit/apply/                302 302 302 403 403
GET  people/{creditor}/refund/                      200 200 403 403 403
POST people/{creditor}/refund/                      302 302 403 403 403
GET  people/{creditor}/plan/                        200 200 403 403 403
POST people/{creditor}/plan/                        302 302 403 403 403
POST people/{creditor}/plan/end/                    302 302 403 403 403
GET  payments/{payment}/                            200 200 200 403 403
GET  payments/{payment}/pdf/                        200 200 200 403 403
GET  payments/{payment}/take-back/                  200 200 403 403 403
POST payments/{payment}/take-back/                  302 302 403 403 403
GET  refunds/{refund}/                              200 200 200 403 403
GET  refunds/{refund}/pdf/                          200 200 200 403 403

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
POST clients/{client}/move-coverage/                200 200 403 403 403
POST clients/{client}/sharing/                      201 201 201 403 403
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
GET  phrases/                                       200 403 403 200 200
POST phrases/                                       201 403 403 201 201
PUT  phrases/{phrase}/                              200 403 403 200 403
DELETE phrases/{phrase}/                            200 403 403 200 403
GET  note-templates/                                200 403 403 200 200
POST note-templates/                                201 403 403 201 201
PUT  note-templates/{template}/                     200 403 403 200 403
DELETE note-templates/{template}/                   200 403 403 200 403
GET  sessions/{session}/earlier-notes/              200 403 403 200 404
POST sessions/{session}/copy/                       403 403 403 200 404
POST sessions/{session}/template/                   403 403 403 200 404
GET  notes/to-co-sign/                              200 403 403 200 200
POST sessions/{supervised}/co-sign/                 403 403 403 200 404
POST sessions/{supervised}/return/                  403 403 403 200 404
GET  sessions/{counseling}/psychotherapy-note/      404 404 404 200 404
PUT  sessions/{counseling}/psychotherapy-note/      404 404 404 200 404
POST sessions/{booked}/move/                        200 403 200 200 404
GET  calendar/                                      200 403 200 200 200
POST series/                                        201 403 201 201 404
POST series/preview/                                200 403 200 200 404
POST sessions/{booked}/reschedule/                  200 403 200 200 404
POST sessions/{recurring}/cancel-following/         200 403 200 200 404
GET  calendar-feed/                                 200 403 200 200 200
DELETE calendar-feed/                               404 403 404 200 200
PUT  calendar-feed/words/                           200 403 403 403 403
GET  meeting-links/                                 200 403 403 403 403
PUT  meeting-links/                                 200 403 403 403 403
PUT  sessions/{booked}/telehealth/                  200 403 200 200 404
GET  rooms/                                         200 403 200 200 200
POST rooms/                                         201 403 403 403 403
PUT  rooms/{room}/                                  200 403 403 403 403
POST groups/                                        201 403 201 201 404
GET  groups/{group}/                                200 403 200 200 404
POST groups/{group}/clients/                        201 403 201 201 404
PUT  groups/{group}/attendance/                     200 403 200 200 404
PUT  groups/{group}/draft/                          403 403 403 200 404
POST groups/{tapped}/sign/                          403 403 403 200 404
POST groups/{group}/reschedule/                     200 403 200 200 404
POST groups/{group}/cancel/                         200 403 200 200 404
GET  time-off/                                      200 403 200 200 200
POST time-off/                                      201 403 201 201 403
DELETE time-off/{away}/                             200 403 200 200 404
POST units/                                         200 200 200 200 200
POST sessions/{session}/units/                      200 403 403 200 404
POST sessions/{session}/unit-choice/                403 403 403 200 404
GET  code-descriptors/                              200 403 403 403 403
POST code-descriptors/                              200 403 403 403 403
POST evaluation-level/                              200 403 403 200 200

GET  plans/                                         200 200 200 200 200
GET  plans/{plan}/                                  200 200 200 200 404
POST plans/{plan}/steps/                            201 201 201 201 404
POST plans/{plan}/goals/                            403 403 403 201 404
POST plan-steps/{step}/undo/                        200 200 200 200 404
POST goals/{goal}/end/                              403 403 403 200 404
GET  cases/{case}/plans/                            200 200 200 200 404
POST cases/{case}/plans/                            403 403 403 201 404
GET  cases/{case}/goals/                            200 403 403 200 404
POST cases/{case}/measures/                         403 403 403 201 404

GET  clients/{senior}/notices/                      200 200 200 200 404
POST clients/{senior}/notices/                      201 201 201 201 404
GET  notices/{notice}/                              200 200 200 200 404
POST notices/{notice}/sign/                         200 200 200 200 404
POST notices/{notice}/withdraw/                     200 200 200 200 404

POST clients/{client}/therapy-year/                 201 201 201 403 403
POST clients/emergency/                             201 403 403 201 201
POST emergencies/{emergency}/end/                   200 403 403 404 200
GET  clients/{client}/sliding-fees/                 200 200 403 403 403
POST clients/{client}/sliding-fees/                 201 201 403 403 403
POST clients/{client}/sliding-fees/end/             201 201 403 403 403
GET  clients/{client}/fees/                         200 200 200 403 403
POST clients/{client}/fees/                         201 201 201 403 403
POST client-fees/{fee}/take-back/                   200 200 200 403 403
GET  house-fees/                                    200 200 403 403 403
POST house-fees/                                    201 201 403 403 403
GET  fees/                                          200 200 403 403 403
POST fees/                                          201 201 403 403 403
POST fees/import/                                   201 201 403 403 403
GET  contract-rates/                                200 200 403 403 403
POST contract-rates/                                201 201 403 403 403
GET  charges/{charge}/                              200 200 403 403 403
POST charges/{charge}/write-offs/                   201 201 403 403 403
GET  write-offs/                                    200 200 403 403 403
GET  write-offs/{write_off}/                        200 200 403 403 403
POST write-offs/{write_off}/decide/                 200 403 403 403 403
POST write-offs/{written_off}/take-back/            200 200 403 403 403
GET  write-off-totals/                              200 200 403 403 403
GET  write-off-limits/                              200 403 403 403 403
POST write-off-limits/                              201 403 403 403 403
GET  small-balances/                                200 200 403 403 403
POST small-balances/                                201 201 403 403 403
PUT  small-balance-rule/                            200 403 403 403 403
POST small-balance-runs/{small_run}/undo/                 200 200 403 403 403
GET  clients/{client}/hardships/                    200 200 403 403 403
POST clients/{client}/hardships/                    201 201 403 403 403
GET  invoices/                                      200 200 403 403 403
POST invoices/                                      201 201 403 403 403
GET  invoices/ready/                                200 200 403 403 403
GET  invoices/waiting/                              200 200 403 403 403
GET  invoices/waiting/?why=payer                    200 200 403 403 403
GET  invoice-runs/                                  200 200 403 403 403
POST invoice-runs/                                  201 201 403 403 403
GET  invoice-runs/{run}/                            200 200 403 403 403
GET  invoice-runs/{run}/people/                     200 200 403 403 403
GET  invoice-runs/{run}/people/?outcome=made        200 200 403 403 403
POST invoice-runs/{unprinted}/letters/              200 200 403 403 403
GET  invoices/{invoice}/                            200 200 403 403 403
POST invoices/{invoice}/payments/                   201 201 201 403 403
POST invoices/{invoice}/void/                       201 201 403 403 403
GET  statements/                                    200 200 403 403 403
POST statements/                                    201 201 403 403 403
GET  statements/{statement}/                        200 200 403 403 403
GET  contacts/{owing}/statement/                    200 200 403 403 403
GET  clients/{self_payer}/superbills/               200 200 403 403 403
POST clients/{self_payer}/superbills/               201 201 403 403 403
GET  clients/{self_payer}/superbills/candidates/    200 200 403 403 403
GET  superbills/{superbill}/                        200 200 403 403 403
POST superbills/{superbill}/void/                   200 200 403 403 403
GET  clients/{self_payer}/estimates/                200 200 200 403 403
POST clients/{self_payer}/estimates/                201 201 201 403 403
GET  estimates/{estimate}/                          200 200 200 403 403
GET  sessions/{session}/check-in/                   200 200 200 403 403
POST sessions/{session}/check-in/                   201 201 201 403 403
GET  credits/                                       200 200 403 403 403
GET  credit-rule/                                   200 200 403 403 403
PUT  credit-rule/                                   200 403 403 403 403
GET  contacts/{creditor}/money/                     200 200 200 403 403
GET  contacts/{creditor}/payments/                  200 200 200 403 403
POST contacts/{creditor}/payments/                  201 201 201 403 403
GET  contacts/{creditor}/allocation/?amount=70.00   200 200 200 403 403
POST contacts/{creditor}/apply-credit/              200 200 200 403 403
GET  contacts/{creditor}/refunds/                   200 200 200 403 403
POST contacts/{creditor}/refunds/                   201 201 403 403 403
GET  contacts/{creditor}/payment-plan/              200 200 200 403 403
PUT  contacts/{creditor}/payment-plan/              200 200 403 403 403
DELETE contacts/{creditor}/payment-plan/            200 200 403 403 403
GET  payments/{payment}/                            200 200 200 403 403
POST payments/{payment}/take-back/                  200 200 403 403 403

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
GET  /feeds/nothing.ics 404 404
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
    "invoices/{invoice}/void/?nothing",
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
    **_slot, "first_on": "2026-06-17", "at": "20:00:00Z", "minutes": 45, "weekdays": [2], "every_weeks": 1, "visits": 3,
}  # fmt: skip
_group = {"cases": ["{case}", "{member}"], "clinician": "{clinician}", "location": "{location}"}
_weekly_group = {name: value for name, value in _series.items() if name != "case"} | {
    "cases": ["{case}", "{member}"], "at": "20:00:00Z",
}  # fmt: skip
_away = {"clinician": "{clinician}", "why": "Training"}
_cash = {"amount": "5.00", "method": "cash", "received_on": "2026-06-15"}
_waived = {"kind": "bad debt", "amount": "5.00", "reason": "No answer"}
_hardship = {
    "household_size": 3, "income": "21000.00", "proof": "Pay stubs", "starts_on": "2026-06-15", "ends_on": "2026-12-15",
}  # fmt: skip
_sliding = {
    "percent": 60, "yearly_income": "21000.00", "household_size": 2, "proof": "two pay stubs",
    "valid_from": "2026-06-15", "valid_until": "2026-12-31",
}  # fmt: skip
_sliding_end = {"last_on": "2026-06-15", "reason": "works again"}
_fee = {"kind": "records", "amount": "12.50", "on": "2026-06-15"}
_price = {"code": "97110", "starts_on": "2026-07-01"}
_refund = {"amount": "5.00", "method": "cash"}
_by_month = {"total": "58.00", "monthly": "10.00", "first_on": "2026-06-16"}
_outside = {"year": 2026, "bucket": "OT", "amount": "300.00", "as_of": "2026-06-15"}
_estimate_days = {
    "case": "{own_case}", "clinician": "{clinician}", "location": "{location}", "frequency": "twice a week",
    "starts_on": "2026-06-22", "ends_on": "2026-12-21", "asked_on": "2026-06-15",
}  # fmt: skip
_estimate_form = {
    **_estimate_days, "requested": "yes", "code_1": "97110", "units_1": "2", "visits_1": "12",
    "key": "8b0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f15",
}  # fmt: skip
_estimate = {**_estimate_days, "requested": True, "services": [{"code": "97110", "units": 2, "visits": 12}]}
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
_move = {"source": "{coverage}", "target": "", "first": "2026-06-01", "last": "2026-06-15"}
_sharing = {"rule": "percent", "starts_on": "2026-06-15", "first": "{contact}", "other": "{sister}", "percent": "60"}
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

_phrase = {"shortcut": ".cga", "text": "Contact guard assist."}
_skeleton = {"name": "Hip", "kind": "progress", "objective": "Goal 1:"}
_paper = {"who": "Alan Whitcomb", "on": "2026-06-15"}
_goal = {
    "text": "Climbs stairs", "measure": "Steps", "unit": "", "baseline": "4", "target": "14", "due_on": "2026-08-14",
    "term": "long",
}  # fmt: skip
_care = {"starts_on": "2026-06-15", "ends_on": "2026-09-12", "frequency": "2×/week", "per_day": 1}

BODIES = {
    "clients/new/": _new_client,
    "clients/{client}/edit/": _about,
    "clients/{client}/deactivate/": {"reason": "moved away"},
    "clients/{client}/people/add/": _person,
    "clients/{client}/care-team/add/": {"clinician": "{pt}"},
    "clients/{client}/move-coverage/": _move,
    "clients/{client}/sharing/": _sharing,
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
    "calendar/feed/words/": {"words": "initials"},
    "settings/telehealth/": {"link": "https://meet.example.com/alder"},
    "settings/rooms/new/": {"name": "Pool", "location": "{location}", "places": "4"},
    "settings/rooms/{room}/": {"name": "Gym 2", "places": "4", "closed": "on"},
    "groups/new/": {**_group, "date": "2026-06-17", "time": "20:00", "length": "45"},
    "groups/{group}/draft/": {**_note, "code": ["97150"], "minutes": ["45"], "version": ""},
    "groups/{group}/rows/": {**_note, "code": ["97150"], "minutes": ["45"], "version": "", "add": "97530"},
    "groups/{group}/attendance/": {"all": "1"},
    "groups/{tapped}/sign/": {**_note, "code": ["97150"], "minutes": ["45"], "version": "1"},
    "groups/{group}/clients/add/": {"case": "{case}"},
    "groups/{group}/move/": _moved,
    "calendar/time-off/": {**_away, "first": "2026-09-01", "last": "2026-09-02"},
    "sessions/{session}/draft/": _typed,
    "sessions/{session}/rows/": _typed,
    "sessions/{session}/evaluation-level/": {"evaluation": "97167", "found": ["strength"], "history": "brief"},
    "sessions/{session}/sign/": _typed,
    "sessions/{signed}/addenda/": {"text": "The grip was measured twice."},
    "notes/phrases/new/": _phrase,
    "notes/phrases/{phrase}/": _phrase,
    "notes/templates/new/": _skeleton,
    "notes/templates/{template}/": _skeleton,
    "sessions/{session}/insert/": {"template": "{template}"},
    "sessions/{supervised}/return/": {"remark": "Say how she walked."},
    "sessions/{counseling}/psychotherapy-note/": _thought,
    "sessions/{signed}/amend/": {"code": ["97530"], "minutes": ["25"], "reason": "misread"},
    "sessions/{session}/units/": {"code": ["97530"], "minutes": ["25"]},
    "cases/{case}/plans/new/": {**_care, "codes": "97530"},
    "cases/{case}/measures/": {"goal": ["{goal}"], "value": ["21"], "on": "2026-06-15"},
    "plans/{plan}/send/": {**_paper, "how": "fax"},
    "plans/{plan}/signed/": _paper,
    "plans/{plan}/returned/": {"on": "2026-06-15", "reason": "Wrong fax number"},
    "plans/{plan}/goals/new/": _goal,
    "plan-steps/{step}/undo/": {"reason": "a slip"},
    "goals/{goal}/end/": {"outcome": "met", "on": "2026-06-15"},
    "sessions/{session}/goals/": {"goal": ["{goal}"], "value": ["22"]},
    "clients/{client}/outside-therapy/": _outside,
    "clients/{client}/sliding-fees/new/": _sliding,
    "clients/{client}/sliding-fees/end/": _sliding_end,
    "clients/{client}/fees/new/": {**_fee, "key": "6b1e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f10"},
    "client-fees/{fee}/take-back/": {"reason": "first time"},
    "fees/new/": {**_price, "fee": "61.00"},
    "fees/rates/new/": {**_price, "fee": "43.00", "payer": "{payer}"},
    "fees/import/": {"text": "Code,Fee,From\n97112,52.00,2026-07-01\n"},
    "fees/without-visit/": {"kind": "no show", "amount": "50.00"},
    "clients/{senior}/notices/new/": {**_notice, "key": "5b1e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f10"},
    "notices/{notice}/sign/": _signature,
    "notices/{notice}/withdraw/": {"reason": "a slip"},
    "charges/{charge}/write-off/": {**_waived, "debt": "{debt}", "key": "7a0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f10"},
    "write-offs/{write_off}/decide/": {"approved": "yes", "remark": "Let it go"},
    "write-offs/{written_off}/take-back/": {"reason": "She paid"},
    "write-offs/limits/{biller}/": {"amount": "75.00"},
    "write-offs/small-balances/": {"count": "1", "total": "8.00", "key": "6a0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f10"},
    "write-offs/small-balances/rule/": {"amount": "5.00", "statements": "2"},
    "clients/{client}/hardships/new/": _hardship,
    "sessions/{session}/check-in/": {
        "take_visit": "on",
        "for_visit": "30.00",
        "for_balance": "0.00",
        "method": "cash",
        "key": "9b0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f10",
    },
    "credits/rule/": {"keep_below": "8.00"},
    "people/{creditor}/payment/": {**_cash, "key": "7b0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f11"},
    "people/{creditor}/credit/apply/": {"key": "7b0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f12"},
    "people/{creditor}/refund/": {**_refund, "key": "7b0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f13"},
    "people/{creditor}/plan/": _by_month,
    "payments/{payment}/take-back/": {"reason": "bounced"},
    "invoices/make/": {"contact": ["{uninvoiced}"]},
    "invoices/{invoice}/void/": {"reason": "Made too early", "key": "8b0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f11"},
    "invoices/{invoice}/void/?nothing": {"reason": "", "key": "8b0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f11"},
    "statements/make/": {"contact": ["{owing}"], "key": "8b0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f12"},
    "contacts/{owing}/statement/": {"key": "8b0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f13"},
    "clients/{self_payer}/superbills/new/": {"charge": ["{billable}"], "key": "8b0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f14"},
    "superbills/{superbill}/void/": {"reason": "Wrong visit"},
    "clients/{self_payer}/estimates/new/": _estimate_form,
    "invoices/runs/": {"key": "3a6e2f60-93d2-4f0b-8f66-5f6f0a4d9d11"},
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
    "clients/{client}/move-coverage/": {**_move, "target": None},
    "clients/{client}/sharing/": {**_sharing, "codes": []},
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
    "phrases/": _phrase,
    "phrases/{phrase}/": _phrase,
    "note-templates/": _skeleton,
    "note-templates/{template}/": _skeleton,
    "sessions/{session}/copy/": {"note": "{earlier}"},
    "sessions/{session}/template/": {"template": "{template}"},
    "sessions/{supervised}/return/": {"remark": "Say how she walked."},
    "sessions/{counseling}/psychotherapy-note/": _thought,
    "sessions/{signed}/amend/": {"lines": _lines, "reason": "misread"},
    "sessions/{booked}/move/": {"state": "missed"},
    "sessions/{booked}/reschedule/": {"starts_at": "2026-06-17T20:00:00-05:00", "minutes": 45},
    "calendar-feed/words/": {"words": "initials"},
    "meeting-links/": {"clinician": None, "url": "https://meet.example.com/alder"},
    "sessions/{booked}/telehealth/": {"telehealth": "10"},
    "rooms/": {"name": "Pool", "location": "{location}", "places": 4},
    "rooms/{room}/": {"name": "Gym 2", "location": "{location}", "places": 4, "closed": True},
    "groups/": _weekly_group,
    "groups/{group}/clients/": {"case": "{case}"},
    "groups/{group}/attendance/": {"all_present": True},
    "groups/{group}/draft/": {**_note, "lines": _lines},
    "groups/{tapped}/sign/": {"names_checked": False},
    "groups/{group}/reschedule/": {"starts_at": "2026-06-17T20:00:00-05:00", "minutes": 45},
    "groups/{group}/cancel/": {"following": False},
    "series/": _series,
    "series/preview/": _series,
    "time-off/": {**_away, "starts_at": "2026-09-01T00:00:00-05:00", "ends_at": "2026-09-03T00:00:00-05:00"},
    "units/": {"rule": "cms", "lines": _lines},
    "sessions/{session}/units/": {"lines": _lines},
    "sessions/{session}/unit-choice/": {"codes": ["97530"]},
    "plans/{plan}/steps/": {**_paper, "kind": "sent", "how": "fax"},
    "plans/{plan}/goals/": _goal,
    "plan-steps/{step}/undo/": {"reason": "a slip"},
    "goals/{goal}/end/": {"outcome": "met"},
    "cases/{case}/plans/": {**_care, "codes": ["97530"], "goals": [_goal]},
    "cases/{case}/measures/": {"on": "2026-06-15", "values": [{"goal": "{goal}", "value": "21"}]},
    "clients/{client}/therapy-year/": _outside,
    "clients/{client}/sliding-fees/": _sliding,
    "clients/{client}/sliding-fees/end/": _sliding_end,
    "clients/{client}/fees/": _fee,
    "client-fees/{fee}/take-back/": {"reason": "first time"},
    "house-fees/": {"kind": "no show", "amount": "50.00"},
    "fees/": {**_price, "fee": "61.00"},
    "fees/import/": {"text": "Code,Fee,From\n97112,52.00,2026-07-01\n"},
    "contract-rates/": {**_price, "rate": "43.00", "payer": "{payer}"},
    "code-descriptors/": {"text": "97110,Our own words"},
    "clients/{senior}/notices/": _notice,
    "notices/{notice}/sign/": _signature,
    "notices/{notice}/withdraw/": {"reason": "a slip"},
    "evaluation-level/": {"discipline": "OT", "code": "97167", "answers": {"history": "brief"}},
    "charges/{charge}/write-offs/": {**_waived, "contact": "{contact}"},
    "write-offs/{write_off}/decide/": {"approved": True},
    "write-offs/{written_off}/take-back/": {"reason": "She paid"},
    "write-off-limits/": {"member": "{biller}", "amount": "75.00"},
    "small-balances/": {"count": 1, "total": "8.00"},
    "small-balance-rule/": {"amount": "5.00", "statements": 2},
    "clients/{client}/hardships/": _hardship,
    "sessions/{session}/check-in/": {"for_visit": "30.00", "method": "cash"},
    "credit-rule/": {"keep_below": "8.00"},
    "contacts/{creditor}/payments/": _cash,
    "contacts/{creditor}/refunds/": _refund,
    "contacts/{creditor}/payment-plan/": _by_month,
    "payments/{payment}/take-back/": {"reason": "bounced"},
    "invoices/": {"contacts": ["{uninvoiced}"]},
    "invoices/{invoice}/void/": {"reason": "Made too early"},
    "statements/": {"contacts": ["{uninvoiced}"]},
    "clients/{self_payer}/superbills/": {"charges": ["{billable}"]},
    "superbills/{superbill}/void/": {"reason": "Wrong visit"},
    "clients/{self_payer}/estimates/": _estimate,
    "invoice-runs/": {"contacts": ["{uninvoiced}"]},
    "invoices/{invoice}/payments/": _cash,
    "claims/submit/": {"claims": ["{waiting}"]},
    "claims/hold/": {"claims": ["{waiting}"], "held": True},
    "security/": {"minutes": 30},
}
