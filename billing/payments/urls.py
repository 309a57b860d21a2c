from django.urls import path

from billing.payments import views

urlpatterns = [
    path("sessions/<int:pk>/check-in/", views.check_in, name="check_in"),
    path("clients/<int:pk>/payers/", views.payers, name="payers"),
    path("credits/", views.credits_list, name="credits"),
    path("credits/count/", views.credit_count, name="credit_count"),
    path("credits/rule/", views.credit_rule, name="credit_rule"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/payment/", views.new_payment, name="new_payment"),
    path("people/<int:pk>/payment/preview/", views.payment_preview, name="payment_preview"),
    path("people/<int:pk>/credit/apply/", views.apply_credit, name="apply_credit"),
    path("people/<int:pk>/refund/", views.refund, name="refund"),
    path("people/<int:pk>/plan/", views.new_plan, name="new_plan"),
    path("people/<int:pk>/plan/end/", views.end_plan, name="end_plan"),
    path("payments/<int:pk>/", views.receipt, name="receipt"),
    path("payments/<int:pk>/pdf/", views.receipt_pdf, name="receipt_pdf"),
    path("payments/<int:pk>/take-back/", views.take_back, name="take_back"),
    path("refunds/<int:pk>/", views.refund_receipt, name="refund_receipt"),
    path("refunds/<int:pk>/pdf/", views.refund_receipt_pdf, name="refund_receipt_pdf"),
]
