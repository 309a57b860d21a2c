from django.urls import path

from sessions.plans import api

urlpatterns = [
    path("plans/", api.PlanWorkView.as_view()),
    path("plans/<int:pk>/", api.PlanView.as_view()),
    path("plans/<int:pk>/steps/", api.PlanStepsView.as_view()),
    path("plans/<int:pk>/goals/", api.PlanGoalsView.as_view()),
    path("plan-steps/<int:pk>/undo/", api.UndoStepView.as_view()),
    path("goals/<int:pk>/end/", api.EndGoalView.as_view()),
    path("cases/<int:pk>/plans/", api.CasePlansView.as_view()),
    path("cases/<int:pk>/goals/", api.CaseGoalsView.as_view()),
    path("cases/<int:pk>/measures/", api.MeasuresView.as_view()),
]
