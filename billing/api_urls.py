from django.urls import path

from billing import api, merge_api, notice_api, unit_api
from billing.discounts import api as discounts
from billing.house_fees import api as house_fees
from billing.invoicing import api as invoicing
from billing.letters import api as letters
from billing.payments import api_urls as payments
from billing.schedules import api as schedules
from billing.write_offs import api as write_offs

urlpatterns = [
    *payments.urlpatterns,
    path("units/", unit_api.CountView.as_view()),
    path("sessions/<int:pk>/units/", unit_api.UnitsView.as_view()),
    path("sessions/<int:pk>/unit-choice/", unit_api.UnitChoiceView.as_view()),
    path("clients/<int:pk>/unmerge/", merge_api.UnmergeView.as_view()),
    path("clients/<int:pk>/therapy-year/", api.TherapyYearView.as_view()),
    path("clients/<int:pk>/notices/", notice_api.NoticesView.as_view()),
    path("notices/<int:pk>/", notice_api.NoticeView.as_view()),
    path("notices/<int:pk>/sign/", notice_api.SignNoticeView.as_view()),
    path("notices/<int:pk>/withdraw/", notice_api.WithdrawNoticeView.as_view()),
    path("clients/<int:pk>/sliding-fees/", discounts.SlidingFeesView.as_view()),
    path("clients/<int:pk>/sliding-fees/end/", discounts.EndSlidingFeeView.as_view()),
    path("clients/<int:pk>/fees/", house_fees.ClientFeesView.as_view()),
    path("client-fees/<int:pk>/take-back/", house_fees.TakeBackFeeView.as_view()),
    path("house-fees/", house_fees.HouseFeesView.as_view()),
    path("fees/", schedules.FeesView.as_view()),
    path("fees/import/", schedules.ImportFeesView.as_view()),
    path("contract-rates/", schedules.RatesView.as_view()),
    path("charges/<int:pk>/", api.ChargeView.as_view()),
    path("charges/<int:pk>/write-offs/", write_offs.NewWriteOffView.as_view()),
    path("write-offs/", write_offs.WriteOffsView.as_view()),
    path("write-offs/<int:pk>/", write_offs.WriteOffView.as_view()),
    path("write-offs/<int:pk>/decide/", write_offs.DecideView.as_view()),
    path("write-offs/<int:pk>/take-back/", write_offs.TakeBackView.as_view()),
    path("write-off-totals/", write_offs.TotalsView.as_view()),
    path("write-off-limits/", write_offs.LimitsView.as_view()),
    path("small-balances/", write_offs.SmallBalancesView.as_view()),
    path("small-balance-rule/", write_offs.SmallRuleView.as_view()),
    path("small-balance-runs/<int:pk>/undo/", write_offs.UndoRunView.as_view()),
    path("clients/<int:pk>/hardships/", write_offs.HardshipsView.as_view()),
    path("invoices/", api.InvoicesView.as_view()),
    path("invoices/ready/", invoicing.ReadyView.as_view()),
    path("invoices/waiting/", invoicing.WaitingView.as_view()),
    path("invoice-runs/", invoicing.InvoiceRunsView.as_view()),
    path("invoice-runs/<int:pk>/", invoicing.InvoiceRunView.as_view()),
    path("invoice-runs/<int:pk>/people/", invoicing.RunPeopleView.as_view()),
    path("invoice-runs/<int:pk>/letters/", invoicing.RunLettersView.as_view()),
    path("invoices/<int:pk>/", api.InvoiceView.as_view()),
    path("invoices/<int:pk>/payments/", api.PaymentsView.as_view()),
    path("invoices/<int:pk>/void/", letters.VoidInvoiceView.as_view()),
    path("statements/", letters.StatementsView.as_view()),
    path("statements/<int:pk>/", letters.StatementView.as_view()),
    path("contacts/<int:pk>/statement/", letters.StatementPreviewView.as_view()),
    path("clients/<int:pk>/superbills/", letters.SuperbillsView.as_view()),
    path("clients/<int:pk>/superbills/candidates/", letters.CandidatesView.as_view()),
    path("superbills/<int:pk>/", letters.SuperbillView.as_view()),
    path("superbills/<int:pk>/void/", letters.VoidSuperbillView.as_view()),
    path("clients/<int:pk>/estimates/", letters.EstimatesView.as_view()),
    path("estimates/<int:pk>/", letters.EstimateView.as_view()),
]
