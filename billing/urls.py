from django.urls import path

from billing import views

app_name = "billing"
urlpatterns = [
    path("sessions/<int:pk>/units/", views.units, name="units"),
    path("sessions/<int:pk>/units/choose/", views.choose_units, name="choose_units"),
    path("sessions/<int:pk>/facts/", views.session_facts, name="session_facts"),
    path("clients/<int:pk>/ledger/", views.client_ledger, name="client_ledger"),
    path("charges/<int:pk>/", views.charge, name="charge"),
    path("invoices/", views.invoices, name="invoices"),
    path("invoices/count/", views.invoice_count, name="invoice_count"),
    path("invoices/make/", views.make_invoices, name="make_invoices"),
    path("invoices/<int:pk>/", views.invoice, name="invoice"),
    path("invoices/<int:pk>/pdf/", views.invoice_pdf, name="invoice_pdf"),
    path("invoices/<int:pk>/payment/", views.record_payment, name="record_payment"),
]
