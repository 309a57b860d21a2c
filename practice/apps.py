from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PracticeConfig(AppConfig):
    name = "practice"

    def ready(self) -> None:
        # Checks register themselves; every process knows every kind of work.
        autodiscover_modules("checks", "tasks")
