from django.urls import path

from clients import merge_views, views

app_name = "clients"
urlpatterns = [
    path("", views.client_list, name="list"),
    path("duplicates/", merge_views.duplicates, name="duplicates"),
    path("<int:pk>/merge/<int:other>/", merge_views.merge, name="merge"),
    path("<int:pk>/", views.client, name="client"),
    path("coverages/<int:pk>/member-id/", views.member_id, name="member_id"),
    path("cases/<int:pk>/authorization/", views.authorization, name="authorization"),
]
