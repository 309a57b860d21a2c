from django.urls import path

from billing import merge_views, notice_views, views

app_name = "billing"
urlpatterns = [
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
    path("charges/<int:pk>/", views.charge, name="charge"),
    path("invoices/", views.invoices, name="invoices"),
    path("invoices/count/", views.invoice_count, name="invoice_count"),
    path("invoices/make/", views.make_invoices, name="make_invoices"),
    path("invoices/<int:pk>/", views.invoice, name="invoice"),
    path("invoices/<int:pk>/pdf/", views.invoice_pdf, name="invoice_pdf"),
    path("invoices/<int:pk>/payment/", views.record_payment, name="record_payment"),
]
