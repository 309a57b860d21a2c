from django.urls import path

from clients.enrollments import pages

app_name = "enrollments"
urlpatterns = [
    path("", pages.grid, name="grid"),
    path("clinicians/<int:clinician>/payers/<int:payer>/", pages.cell, name="cell"),
    path("<int:pk>/", pages.period, name="period"),
    path("<int:pk>/remove/", pages.remove, name="remove"),
    path("payers/<int:pk>/supervisors/", pages.supervisors, name="supervisors"),
]
