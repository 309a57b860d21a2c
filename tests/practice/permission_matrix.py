"""Who gets what at every address: the committed table that `test_every_url.py` holds the house to.

One row for each method of each address inside a practice. `{thing}` is a thing of `lived_in.settle_in`,
all of it on Alice's caseload. The figures are the answers to the owner, the biller, the front desk, to the
therapist whose client it is (Alice), and to a colleague who does not treat her (Peter).

    200 201 302   done            403   not her work: she may know that the page exists
    404           not hers: nobody says whether it exists          409 422   told why, nothing is done

The same for everybody and therefore not in the table: of another practice everything is 404, and who has
not signed in is sent to do so (a page 302, a fragment and the API 401).
"""

COLUMNS = ("owner", "biller", "desk", "therapist", "colleague")

PAGES = """
GET  progress/                                      200 200 200 200 200
GET  find/?q=Walter                                 200 200 200 200 200
GET  clients/?q=Walter                              200 200 200 200 200
GET  clients/duplicates/                            200 200 403 403 403
GET  clients/{client}/merge/{senior}/               200 200 403 403 403
POST clients/{client}/merge/{senior}/               302 302 403 403 403
POST clients/{merged}/unmerge/                      302 302 403 403 403
GET  clients/{client}/                              200 200 200 200 404
GET  clients/{client}/visits/                       200 200 200 200 404
GET  clients/{client}/ledger/                       200 200 403 403 403
GET  clients/coverages/{coverage}/member-id/        200 200 403 403 403
POST clients/coverages/{coverage}/member-id/        302 302 403 403 403
GET  clients/cases/{case}/authorization/            200 200 403 403 403
POST clients/cases/{case}/authorization/            302 302 403 403 403

GET  today/                                         200 403 403 200 200
GET  sessions/book/                                 200 403 200 200 200
POST sessions/book/                                 302 403 302 302 422
GET  sessions/{session}/                            200 403 403 200 404
GET  sessions/{signed}/                             200 403 403 200 404
POST sessions/{session}/draft/                      403 403 403 302 404
POST sessions/{session}/rows/                       403 403 403 200 404
POST sessions/{session}/evaluation-level/           200 403 403 200 404
POST sessions/{session}/sign/                       403 403 403 302 404
POST sessions/{signed}/amend/                       403 403 403 302 404
POST sessions/{booked}/move/missed/                 302 403 302 302 404
POST sessions/{signed}/move/cancelled/              409 403 302 409 404
POST sessions/{session}/units/                      200 403 403 200 404
POST sessions/{session}/units/choose/               403 403 403 200 404
GET  sessions/{session}/facts/                      200 403 403 200 404

GET  clients/{client}/outside-therapy/              200 200 403 403 403
POST clients/{client}/outside-therapy/              302 302 403 403 403
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
"""

API = """
GET  clients/?q=Walter                              200 200 200 200 200
GET  clients/duplicates/                            200 200 403 403 403
POST clients/{client}/merge/                        201 201 403 403 403
POST clients/{merged}/unmerge/                      201 201 403 403 403
GET  clients/{client}/                              200 200 200 200 404
PUT  coverages/{coverage}/member-id/                200 200 403 403 403
POST cases/{case}/authorizations/                   201 201 403 403 403

GET  sessions/                                      200 403 403 200 200
POST sessions/                                      201 403 201 201 404
GET  sessions/{session}/                            200 403 403 200 404
PUT  sessions/{session}/draft/                      403 403 403 200 404
POST sessions/{session}/sign/                       403 403 403 200 404
POST sessions/{signed}/amend/                       403 403 403 200 404
POST sessions/{booked}/move/                        200 403 200 200 404
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

POST clients/{client}/therapy-year/                 201 201 403 403 403
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
"""

# Outside any practice: the answers to nobody and to a person who has signed in.
OUTSIDE = """
GET  /               302 302
GET  /health/        200 200
GET  /sign-in/       200 200
POST /sign-in/       200 200
PUT  /sign-in/       200 200
POST /sign-out/      302 302
GET  /api/v1/schema/ 403 200
"""

# These writes only compute, find nothing to change where all is in order, or are turned down with a message.
QUIET = {
    "units/",
    "sessions/{session}/units/",
    "sessions/{session}/evaluation-level/",
    "evaluation-level/",
    "claims/check/",
    "sessions/{signed}/move/cancelled/",
    "invoices/{invoice}/payment/?nothing",
}

_note = {"subjective": "Slept well.", "objective": "Grip 15 kg.", "assessment": "Better.", "plan": "Go on."}
_typed = {**_note, "code": ["97530"], "minutes": ["25"], "version": "{version}"}
_day = {"starts_on": "2026-06-15", "ends_on": "2026-09-15"}
_leave = {"coverage": "{coverage}", "number": "A2", "allowed": 6, **_day}
_slot = {"case": "{case}", "clinician": "{clinician}", "location": "{location}"}
_cash = {"amount": "5.00", "method": "cash", "received_on": "2026-06-15"}
_outside = {"year": 2026, "bucket": "OT", "amount": "300.00", "as_of": "2026-06-15"}
_notice = {
    "coverage": "{medicare}", "codes": ["97140"], "kind": "limit", "reason": "More than Medicare pays for.",
    "cost": "60.00", "starts_on": "2026-06-16",
}  # fmt: skip
_signature = {"option": 1, "signer": "Ida Nakamura", "relation": "self"}
_lines = [{"code": "97530", "minutes": 25}]

BODIES = {
    "clients/coverages/{coverage}/member-id/": {"member_id": "W222222222"},
    "clients/{client}/merge/{senior}/": {"keep": "{senior}", "reason": "the same person"},
    "clients/cases/{case}/authorization/": _leave,
    "sessions/book/": {**_slot, "date": "2026-06-16", "time": "20:00", "length": "45"},
    "sessions/{session}/draft/": _typed,
    "sessions/{session}/rows/": _typed,
    "sessions/{session}/evaluation-level/": {"evaluation": "97167", "found": ["strength"], "history": "brief"},
    "sessions/{session}/sign/": _typed,
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
    "/sign-in/": {"username": "nobody@alder.example", "password": "wrong"},
}
API_BODIES = {
    "coverages/{coverage}/member-id/": {"member_id": "W222222222"},
    "clients/{client}/merge/": {"into": "{senior}", "reason": "the same person"},
    "cases/{case}/authorizations/": _leave,
    "sessions/": {**_slot, "starts_at": "2026-06-16T20:00:00-05:00", "minutes": 45},
    "sessions/{session}/draft/": {**_note, "lines": _lines, "version": "{version}"},
    "sessions/{signed}/amend/": {"lines": _lines, "reason": "misread"},
    "sessions/{booked}/move/": {"state": "missed"},
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
}
