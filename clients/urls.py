from django.urls import path

from clients import views

app_name = "clients"
urlpatterns = [
    path("", views.client_list, name="list"),
    path("<int:pk>/", views.client, name="client"),
    path("coverages/<int:pk>/member-id/", views.member_id, name="member_id"),
    path("cases/<int:pk>/authorization/", views.authorization, name="authorization"),
]
