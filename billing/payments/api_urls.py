from django.urls import path

from billing.payments import api

urlpatterns = [
    path("sessions/<int:pk>/check-in/", api.CheckInView.as_view()),
    path("credits/", api.CreditsView.as_view()),
    path("credit-rule/", api.CreditRuleView.as_view()),
    path("contacts/<int:pk>/money/", api.PersonMoneyView.as_view()),
    path("contacts/<int:pk>/payments/", api.PersonPaymentsView.as_view()),
    path("contacts/<int:pk>/allocation/", api.AllocationView.as_view()),
    path("contacts/<int:pk>/apply-credit/", api.ApplyCreditView.as_view()),
    path("contacts/<int:pk>/refunds/", api.RefundsView.as_view()),
    path("contacts/<int:pk>/payment-plan/", api.PaymentPlanView.as_view()),
    path("payments/<int:pk>/", api.PaymentView.as_view()),
    path("payments/<int:pk>/take-back/", api.TakeBackView.as_view()),
]
