from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "therapy_sessions"  # Django owns "sessions"
