"""Addresses of the audit page."""

from django.urls import path

from clients import audit_views

app_name = "audit"
urlpatterns = [
    path("", audit_views.audit_page, name="list"),
    path("count/", audit_views.emergency_count, name="count"),
    path("export/", audit_views.audit_export, name="export"),
]
