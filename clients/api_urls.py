from django.urls import path

from clients import api, audit_api, directory_api, emergency_api, merge_api, writing_api
from clients.documents import api as documents
from clients.imports import api as imports

urlpatterns = [
    path("clients/", api.ClientsView.as_view()),
    path("clients/emergency/", emergency_api.EmergenciesView.as_view()),
    path("emergencies/<int:pk>/end/", emergency_api.EndEmergencyView.as_view()),
    path("clients/duplicates/", merge_api.DuplicatesView.as_view()),
    path("clients/<int:pk>/merge/", merge_api.MergeView.as_view()),
    path("clients/<int:pk>/", api.ClientView.as_view()),
    path("clients/<int:pk>/documents/", documents.DocumentsView.as_view()),
    path("documents/<int:pk>/", documents.DocumentView.as_view()),
    path("documents/<int:pk>/content/", documents.DocumentContentView.as_view()),
    path("client-imports/", imports.ImportsView.as_view()),
    path("client-imports/<int:pk>/", imports.ImportView.as_view()),
    path("client-imports/<int:pk>/rows/", imports.ImportRowsView.as_view()),
    path("client-imports/<int:pk>/start/", imports.StartImportView.as_view()),
    path("audit/", audit_api.AuditView.as_view()),
    path("clients/<int:pk>/about/", writing_api.EditClientView.as_view()),
    path("clients/<int:pk>/deactivate/", writing_api.DeactivateView.as_view()),
    path("clients/<int:pk>/reactivate/", writing_api.ReactivateView.as_view()),
    path("clients/<int:pk>/people/", writing_api.PeopleView.as_view()),
    path("clients/<int:pk>/coverages/", writing_api.CoveragesView.as_view()),
    path("clients/<int:pk>/cases/", writing_api.CasesView.as_view()),
    path("people/<int:pk>/", writing_api.PersonView.as_view()),
    path("coverages/<int:pk>/", writing_api.CoverageView.as_view()),
    path("coverages/<int:pk>/end/", writing_api.EndCoverageView.as_view()),
    path("coverages/<int:pk>/member-id/", writing_api.MemberIdView.as_view()),
    path("coverages/<int:pk>/benefits/", writing_api.BenefitsView.as_view()),
    path("cases/<int:pk>/", writing_api.CaseView.as_view()),
    path("cases/<int:pk>/diagnoses/", writing_api.CaseDiagnosesView.as_view()),
    path("cases/<int:pk>/closed/", writing_api.CloseCaseView.as_view()),
    path("cases/<int:pk>/authorizations/", writing_api.AuthorizationsView.as_view()),
    path("authorizations/<int:pk>/withdraw/", writing_api.WithdrawAuthorizationView.as_view()),
    path("payers/", directory_api.PayersView.as_view()),
    path("payers/<int:pk>/", directory_api.PayerView.as_view()),
    path("referrers/", directory_api.ReferrersView.as_view()),
    path("referrers/<int:pk>/", directory_api.ReferrerView.as_view()),
    path("diagnoses/", directory_api.DiagnosesView.as_view()),
]
