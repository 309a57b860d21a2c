from django.urls import path

from sessions import api, descriptors_api, evaluation_api, intake_api, limits_api
from sessions.calendar import api as calendar
from sessions.psychotherapy import api as psychotherapy

urlpatterns = [
    path("evaluation-level/", evaluation_api.EvaluationLevelView.as_view()),
    path("clients/intake/", intake_api.IntakeView.as_view()),
    path("cases/<int:pk>/limits/", limits_api.LimitsView.as_view()),
    path("calendar/", calendar.CalendarView.as_view()),
    path("series/", calendar.SeriesView.as_view()),
    path("series/preview/", calendar.PreviewView.as_view()),
    path("time-off/", calendar.TimeOffListView.as_view()),
    path("time-off/<int:pk>/", calendar.TimeOffView.as_view()),
    path("sessions/", api.SessionsView.as_view()),
    path("sessions/<int:pk>/", api.SessionView.as_view()),
    path("sessions/<int:pk>/draft/", api.DraftView.as_view()),
    path("sessions/<int:pk>/sign/", api.SignView.as_view()),
    path("sessions/<int:pk>/amend/", api.AmendView.as_view()),
    path("sessions/<int:pk>/addenda/", api.AddendaView.as_view()),
    path("sessions/<int:pk>/reschedule/", calendar.RescheduleView.as_view()),
    path("sessions/<int:pk>/cancel-following/", calendar.CancelFollowingView.as_view()),
    path("sessions/<int:pk>/move/", api.MoveView.as_view()),
    path("sessions/<int:pk>/psychotherapy-note/", psychotherapy.PsychotherapyNoteView.as_view()),
    path("code-descriptors/", descriptors_api.CodeDescriptorsView.as_view()),
]
