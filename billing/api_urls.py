from django.urls import path

from billing import api

urlpatterns = [
    path("units/", api.CountView.as_view()),
    path("sessions/<int:pk>/units/", api.UnitsView.as_view()),
    path("sessions/<int:pk>/unit-choice/", api.UnitChoiceView.as_view()),
    path("charges/<int:pk>/", api.ChargeView.as_view()),
    path("invoices/", api.InvoicesView.as_view()),
    path("invoices/<int:pk>/", api.InvoiceView.as_view()),
    path("invoices/<int:pk>/payments/", api.PaymentsView.as_view()),
]
