from django.urls import path

from practice.setup import clinician_pages, pages

app_name = "setup"
urlpatterns = [
    path("", pages.practice_profile, name="profile"),
    path("logo/", pages.set_logo, name="set_logo"),
    path("logo/remove/", pages.remove_logo, name="remove_logo"),
    path("locations/", pages.locations, name="locations"),
    path("locations/new/", pages.new_location, name="new_location"),
    path("locations/<int:pk>/", pages.location, name="location"),
    path("clinicians/", clinician_pages.clinicians, name="clinicians"),
    path("clinicians/new/", clinician_pages.new_clinician, name="new_clinician"),
    path("clinicians/<int:pk>/", clinician_pages.clinician, name="clinician"),
    path("clinicians/<int:pk>/hours/", clinician_pages.add_hours, name="add_hours"),
    path("hours/<int:pk>/", clinician_pages.change_hours, name="hours"),
    path("hours/<int:pk>/remove/", clinician_pages.remove_hours, name="remove_hours"),
]
