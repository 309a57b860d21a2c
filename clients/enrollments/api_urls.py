from django.urls import path

from clients.enrollments import api

urlpatterns = [
    path("enrollments/", api.EnrollmentsView.as_view()),
    path("enrollments/<int:pk>/", api.EnrollmentView.as_view()),
    path("payers/<int:pk>/supervisors/", api.SupervisorsView.as_view()),
]
