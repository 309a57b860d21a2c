"""The address map. A staff page starts with its practice's slug, so two tabs in two practices cannot mix."""

from django.contrib.auth import views as auth
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated

from practice import views
from practice.team import accepting

handler404 = "practice.views.not_found"

urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("", include("practice.sign_in_urls")),
    path("sign-out/", auth.LogoutView.as_view(), name="sign_out"),
    path("", include("practice.lock.urls")),
    path("p/<slug:slug>/progress/", views.progress, name="progress"),
    path("invitation/<slug:slug>/<str:token>/", accepting.invitation, name="invitation"),
    path("p/<slug:slug>/team/", include("practice.team.urls")),
    path("p/<slug:slug>/settings/", include("practice.setup.urls")),
    path("p/<slug:slug>/settings/enrollments/", include("clients.enrollments.urls")),
    path("p/<slug:slug>/clients/", include("clients.urls")),
    path("p/<slug:slug>/audit/", include("clients.audit_urls")),
    path("p/<slug:slug>/", include("sessions.urls")),
    path("p/<slug:slug>/", include("billing.urls")),
    path("p/<slug:slug>/", include("claims.urls")),
    path("api/v1/p/<slug:slug>/", include("practice.api_urls")),
    path("api/v1/p/<slug:slug>/", include("clients.enrollments.api_urls")),
    path("api/v1/p/<slug:slug>/", include("clients.api_urls")),
    path("api/v1/p/<slug:slug>/", include("sessions.api_urls")),
    path("api/v1/p/<slug:slug>/", include("billing.api_urls")),
    path("api/v1/p/<slug:slug>/", include("claims.api_urls")),
    path("feeds/", include("sessions.feeds.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]), name="schema"),
]
