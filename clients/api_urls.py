from django.urls import path

from clients import api, audit_api
from clients.documents import api as documents

urlpatterns = [
    path("clients/", api.ClientsView.as_view()),
    path("clients/<int:pk>/", api.ClientView.as_view()),
    path("clients/<int:pk>/documents/", documents.DocumentsView.as_view()),
    path("documents/<int:pk>/", documents.DocumentView.as_view()),
    path("documents/<int:pk>/content/", documents.DocumentContentView.as_view()),
    path("coverages/<int:pk>/member-id/", api.MemberIdView.as_view()),
    path("audit/", audit_api.AuditView.as_view()),
    path("cases/<int:pk>/authorizations/", api.AuthorizationsView.as_view()),
]
