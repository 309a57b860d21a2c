from django.urls import path

from clients import api, merge_api

urlpatterns = [
    path("clients/", api.ClientsView.as_view()),
    path("clients/duplicates/", merge_api.DuplicatesView.as_view()),
    path("clients/<int:pk>/merge/", merge_api.MergeView.as_view()),
    path("clients/<int:pk>/", api.ClientView.as_view()),
    path("coverages/<int:pk>/member-id/", api.MemberIdView.as_view()),
    path("cases/<int:pk>/authorizations/", api.AuthorizationsView.as_view()),
]
