from django.urls import path

from sessions import api, descriptors_api, evaluation_api, intake_api, limits_api
from sessions.calendar import api as calendar
from sessions.feeds import api as feeds
from sessions.groups import api as groups
from sessions.plans import api_urls as plans
from sessions.psychotherapy import api as psychotherapy
from sessions.rooms import api as rooms
from sessions.telehealth import api as telehealth
from sessions.writing import api as writing
from sessions.writing import cosign_api

urlpatterns = [
    *plans.urlpatterns,
    path("evaluation-level/", evaluation_api.EvaluationLevelView.as_view()),
    path("clients/intake/", intake_api.IntakeView.as_view()),
    path("cases/<int:pk>/limits/", limits_api.LimitsView.as_view()),
    path("calendar/", calendar.CalendarView.as_view()),
    path("series/", calendar.SeriesView.as_view()),
    path("series/preview/", calendar.PreviewView.as_view()),
    path("time-off/", calendar.TimeOffListView.as_view()),
    path("time-off/<int:pk>/", calendar.TimeOffView.as_view()),
    path("calendar-feed/", feeds.FeedView.as_view()),
    path("calendar-feed/words/", feeds.FeedWordsView.as_view()),
    path("meeting-links/", telehealth.MeetingLinksView.as_view()),
    path("rooms/", rooms.RoomsView.as_view()),
    path("rooms/<int:pk>/", rooms.RoomView.as_view()),
    path("groups/", groups.GroupsView.as_view()),
    path("groups/<int:pk>/", groups.GroupView.as_view()),
    path("groups/<int:pk>/clients/", groups.GroupClientsView.as_view()),
    path("groups/<int:pk>/attendance/", groups.GroupAttendanceView.as_view()),
    path("groups/<int:pk>/draft/", groups.GroupDraftView.as_view()),
    path("groups/<int:pk>/sign/", groups.SignGroupView.as_view()),
    path("groups/<int:pk>/reschedule/", groups.MoveGroupView.as_view()),
    path("groups/<int:pk>/cancel/", groups.CancelGroupView.as_view()),
    path("sessions/", api.SessionsView.as_view()),
    path("sessions/<int:pk>/", api.SessionView.as_view()),
    path("sessions/<int:pk>/draft/", api.DraftView.as_view()),
    path("sessions/<int:pk>/sign/", api.SignView.as_view()),
    path("sessions/<int:pk>/amend/", api.AmendView.as_view()),
    path("sessions/<int:pk>/addenda/", api.AddendaView.as_view()),
    path("sessions/<int:pk>/reschedule/", calendar.RescheduleView.as_view()),
    path("sessions/<int:pk>/cancel-following/", calendar.CancelFollowingView.as_view()),
    path("sessions/<int:pk>/telehealth/", telehealth.TelehealthView.as_view()),
    path("sessions/<int:pk>/move/", api.MoveView.as_view()),
    path("phrases/", writing.PhrasesView.as_view()),
    path("phrases/<int:pk>/", writing.PhraseView.as_view()),
    path("note-templates/", writing.NoteTemplatesView.as_view()),
    path("note-templates/<int:pk>/", writing.NoteTemplateView.as_view()),
    path("sessions/<int:pk>/earlier-notes/", writing.EarlierNotesView.as_view()),
    path("sessions/<int:pk>/copy/", writing.CopyView.as_view()),
    path("sessions/<int:pk>/template/", writing.UseTemplateView.as_view()),
    path("notes/to-co-sign/", cosign_api.ToCosignView.as_view()),
    path("sessions/<int:pk>/co-sign/", cosign_api.CosignView.as_view()),
    path("sessions/<int:pk>/return/", cosign_api.ReturnView.as_view()),
    path("sessions/<int:pk>/psychotherapy-note/", psychotherapy.PsychotherapyNoteView.as_view()),
    path("code-descriptors/", descriptors_api.CodeDescriptorsView.as_view()),
]
