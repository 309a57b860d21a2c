from django.urls import path

from claims import api, moving_api

urlpatterns = [
    path("claims/", api.ClaimsView.as_view()),
    path("claims/submit/", api.SubmitView.as_view()),
    path("claims/hold/", api.HoldView.as_view()),
    path("claims/check/", api.CheckView.as_view()),
    path("claims/<int:pk>/", api.ClaimView.as_view()),
    path("claims/<int:pk>/again/", api.AgainView.as_view()),
    path("files/<int:pk>/take-back/", api.TakeBackView.as_view()),
    path("files/<int:pk>/arrived/", api.ConfirmView.as_view()),
    path("files/<int:pk>/not-arrived/", api.DenyView.as_view()),
    path("clients/<int:pk>/move-coverage/", moving_api.MoveView.as_view()),
    path("remittances/", api.RemittancesView.as_view()),
    path("remittances/<int:pk>/", api.RemittanceView.as_view()),
    path("receivables/", api.ReceivablesView.as_view()),
]
