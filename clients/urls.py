from django.urls import path

from clients import emergency_views, views

app_name = "clients"
urlpatterns = [
    path("", views.client_list, name="list"),
    path("<int:pk>/", views.client, name="client"),
    path("emergency/", emergency_views.open_chart, name="emergency"),
    path("emergency/<int:pk>/end/", emergency_views.end, name="end_emergency"),
    path("coverages/<int:pk>/member-id/", views.member_id, name="member_id"),
    path("cases/<int:pk>/authorization/", views.authorization, name="authorization"),
]
