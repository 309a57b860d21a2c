from django.urls import path

from billing import api, merge_api, notice_api, unit_api

urlpatterns = [
    path("units/", unit_api.CountView.as_view()),
    path("sessions/<int:pk>/units/", unit_api.UnitsView.as_view()),
    path("sessions/<int:pk>/unit-choice/", unit_api.UnitChoiceView.as_view()),
    path("clients/<int:pk>/unmerge/", merge_api.UnmergeView.as_view()),
    path("clients/<int:pk>/therapy-year/", api.TherapyYearView.as_view()),
    path("clients/<int:pk>/notices/", notice_api.NoticesView.as_view()),
    path("notices/<int:pk>/", notice_api.NoticeView.as_view()),
    path("notices/<int:pk>/sign/", notice_api.SignNoticeView.as_view()),
    path("notices/<int:pk>/withdraw/", notice_api.WithdrawNoticeView.as_view()),
    path("charges/<int:pk>/", api.ChargeView.as_view()),
    path("invoices/", api.InvoicesView.as_view()),
    path("invoices/<int:pk>/", api.InvoiceView.as_view()),
    path("invoices/<int:pk>/payments/", api.PaymentsView.as_view()),
]
