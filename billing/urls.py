from django.urls import path

from billing import merge_views, notice_views, views
from billing.discounts import views as discounts
from billing.house_fees import views as house_fees
from billing.invoicing import views as invoicing
from billing.letters import estimate_views, superbill_views
from billing.letters import views as letters
from billing.payments import urls as payments
from billing.schedules import views as schedules
from billing.write_offs import small_views as small
from billing.write_offs import views as write_offs

app_name = "billing"
urlpatterns = [
    *payments.urlpatterns,
    path("sessions/<int:pk>/units/", views.units, name="units"),
    path("sessions/<int:pk>/units/choose/", views.choose_units, name="choose_units"),
    path("sessions/<int:pk>/facts/", views.session_facts, name="session_facts"),
    path("clients/<int:pk>/ledger/", views.client_ledger, name="client_ledger"),
    path("clients/<int:pk>/balance/", views.client_facts, name="client_facts"),
    path("clients/<int:pk>/unmerge/", merge_views.unmerge, name="unmerge"),
    path("clients/<int:pk>/outside-therapy/", views.outside_therapy, name="outside_therapy"),
    path("clients/<int:pk>/notices/", notice_views.notices, name="notices"),
    path("clients/<int:pk>/notices/new/", notice_views.new_notice, name="new_notice"),
    path("notices/<int:pk>/", notice_views.notice, name="notice"),
    path("notices/<int:pk>/pdf/", notice_views.notice_pdf, name="notice_pdf"),
    path("notices/<int:pk>/sign/", notice_views.sign_notice, name="sign_notice"),
    path("notices/<int:pk>/withdraw/", notice_views.withdraw_notice, name="withdraw_notice"),
    path("clients/<int:pk>/sliding-fees/", discounts.sliding_fees, name="sliding_fees"),
    path("clients/<int:pk>/sliding-fees/new/", discounts.new_sliding_fee, name="new_sliding_fee"),
    path("clients/<int:pk>/sliding-fees/end/", discounts.end_sliding_fee, name="end_sliding_fee"),
    path("clients/<int:pk>/fees/", house_fees.client_fees, name="client_fees"),
    path("clients/<int:pk>/fees/new/", house_fees.new_client_fee, name="new_client_fee"),
    path("client-fees/<int:pk>/take-back/", house_fees.take_back_fee, name="take_back_fee"),
    path("fees/", schedules.fees, name="fees"),
    path("fees/new/", schedules.new_fee, name="new_fee"),
    path("fees/rates/new/", schedules.new_rate, name="new_rate"),
    path("fees/import/", schedules.import_fees, name="import_fees"),
    path("fees/without-visit/", schedules.house_fee, name="house_fee"),
    path("fees/codes/<slug:code>/", schedules.history, name="fee_history"),
    path("charges/<int:pk>/", views.charge, name="charge"),
    path("charges/<int:pk>/write-off/", write_offs.new, name="new_write_off"),
    path("write-offs/", write_offs.index, name="write_offs"),
    path("write-offs/count/", write_offs.waiting_count, name="write_off_count"),
    path("write-offs/<int:pk>/", write_offs.one, name="write_off"),
    path("write-offs/<int:pk>/decide/", write_offs.decide, name="decide_write_off"),
    path("write-offs/<int:pk>/take-back/", write_offs.take_back, name="take_back_write_off"),
    path("write-offs/limits/", write_offs.limits, name="write_off_limits"),
    path("write-offs/limits/<int:pk>/", write_offs.limit, name="write_off_limit"),
    path("write-offs/small-balances/", small.preview, name="small_balances"),
    path("write-offs/small-balances/rule/", small.rule, name="small_balance_rule"),
    path("write-offs/small-balances/runs/<int:pk>/undo/", small.undo, name="undo_small_balances"),
    path("clients/<int:pk>/hardships/", write_offs.hardships, name="hardships"),
    path("clients/<int:pk>/hardships/new/", write_offs.new_hardship, name="new_hardship"),
    path("invoices/", invoicing.invoices, name="invoices"),
    path("invoices/count/", invoicing.invoice_count, name="invoice_count"),
    path("invoices/export/", invoicing.export, name="export_invoices"),
    path("invoices/make/", invoicing.make_invoices, name="make_invoices"),
    path("invoices/runs/", invoicing.runs, name="invoice_runs"),
    path("invoices/runs/<int:pk>/", invoicing.run, name="invoice_run"),
    path("invoices/runs/<int:pk>/progress/", invoicing.run_progress, name="invoice_run_progress"),
    path("invoices/runs/<int:pk>/letters/", invoicing.print_letters, name="print_letters"),
    path("invoices/letters/<int:pk>/", invoicing.letters, name="letters"),
    path("invoices/<int:pk>/", views.invoice, name="invoice"),
    path("invoices/<int:pk>/pdf/", views.invoice_pdf, name="invoice_pdf"),
    path("invoices/<int:pk>/payment/", views.record_payment, name="record_payment"),
    path("invoices/<int:pk>/void/", letters.void_invoice, name="void_invoice"),
    path("statements/", letters.statements, name="statements"),
    path("statements/make/", letters.make_statements, name="make_statements"),
    path("statements/<int:pk>/", letters.statement, name="statement"),
    path("statements/<int:pk>/pdf/", letters.statement_pdf, name="statement_pdf"),
    path("contacts/<int:pk>/statement/", letters.new_statement, name="new_statement"),
    path("clients/<int:pk>/superbills/", superbill_views.superbills, name="superbills"),
    path("clients/<int:pk>/superbills/new/", superbill_views.new_superbill, name="new_superbill"),
    path("superbills/<int:pk>/", superbill_views.superbill, name="superbill"),
    path("superbills/<int:pk>/pdf/", superbill_views.superbill_pdf, name="superbill_pdf"),
    path("superbills/<int:pk>/void/", superbill_views.void_superbill, name="void_superbill"),
    path("clients/<int:pk>/estimates/", estimate_views.estimates, name="estimates"),
    path("clients/<int:pk>/estimates/new/", estimate_views.new_estimate, name="new_estimate"),
    path("estimates/<int:pk>/", estimate_views.estimate, name="estimate"),
    path("estimates/<int:pk>/pdf/", estimate_views.estimate_pdf, name="estimate_pdf"),
]
