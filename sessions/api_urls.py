from django.urls import path

from sessions import api, descriptors_api, evaluation_api, intake_api, limits_api

urlpatterns = [
    path("evaluation-level/", evaluation_api.EvaluationLevelView.as_view()),
    path("clients/intake/", intake_api.IntakeView.as_view()),
    path("cases/<int:pk>/limits/", limits_api.LimitsView.as_view()),
    path("sessions/", api.SessionsView.as_view()),
    path("sessions/<int:pk>/", api.SessionView.as_view()),
    path("sessions/<int:pk>/draft/", api.DraftView.as_view()),
    path("sessions/<int:pk>/sign/", api.SignView.as_view()),
    path("sessions/<int:pk>/amend/", api.AmendView.as_view()),
    path("sessions/<int:pk>/move/", api.MoveView.as_view()),
    path("code-descriptors/", descriptors_api.CodeDescriptorsView.as_view()),
]
