from django.urls import path

from sessions import chart_views, intake_views, limit_views, views
from sessions.calendar import views as calendar
from sessions.feeds import views as feeds
from sessions.groups import views as groups
from sessions.plans import urls as plans
from sessions.psychotherapy import views as psychotherapy
from sessions.rooms import views as rooms
from sessions.telehealth import views as telehealth
from sessions.writing import insert_views, keeping_views
from sessions.writing import views as writing

app_name = "sessions"
urlpatterns = [
    *plans.urlpatterns,
    path("today/", views.today, name="today"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/time-off/", calendar.time_off, name="time_off"),
    path("calendar/time-off/<int:pk>/end/", calendar.end_time_off, name="end_time_off"),
    path("calendar/feed/", feeds.my_feed, name="my_feed"),
    path("calendar/feed/make/", feeds.make_feed, name="make_feed"),
    path("calendar/feed/revoke/", feeds.revoke_feed, name="revoke_feed"),
    path("calendar/feed/words/", feeds.feed_words, name="feed_words"),
    path("settings/telehealth/", telehealth.meeting_links, name="meeting_links"),
    path("settings/rooms/", rooms.rooms, name="rooms"),
    path("settings/rooms/new/", rooms.new_room, name="new_room"),
    path("settings/rooms/<int:pk>/", rooms.room, name="room"),
    path("groups/new/", groups.new_group, name="new_group"),
    path("groups/<int:pk>/", groups.group, name="group"),
    path("groups/<int:pk>/draft/", groups.save_group, name="save_group"),
    path("groups/<int:pk>/rows/", groups.change_group_rows, name="change_group_rows"),
    path("groups/<int:pk>/attendance/", groups.attendance, name="attendance"),
    path("groups/<int:pk>/sign/", groups.sign_group, name="sign_group"),
    path("groups/<int:pk>/clients/add/", groups.add_to_group, name="add_to_group"),
    path("groups/<int:pk>/move/", groups.move_group, name="move_group"),
    path("groups/<int:pk>/cancel/", groups.cancel_group, name="cancel_group"),
    path("sessions/book/", calendar.book, name="book"),
    path("clients/new/", intake_views.new_client, name="new_client"),
    path("sessions/book/limits/", limit_views.book_limits, name="book_limits"),
    path("clients/<int:pk>/limits/", limit_views.client_limits, name="limits"),
    path("clients/<int:pk>/visits/", views.visits, name="visits"),
    path("clients/<int:pk>/notes/", chart_views.notes, name="notes"),
    path("clients/<int:pk>/facts/", chart_views.client_facts, name="client_facts"),
    path("sessions/<int:pk>/", views.session, name="session"),
    path("sessions/<int:pk>/booking/", calendar.booking, name="booking"),
    path("sessions/<int:pk>/reschedule/", calendar.reschedule, name="reschedule"),
    path("sessions/<int:pk>/cancel-following/", calendar.cancel_following, name="cancel_following"),
    path("sessions/<int:pk>/draft/", views.save_draft, name="save_draft"),
    path("sessions/<int:pk>/rows/", views.change_rows, name="change_rows"),
    path("sessions/<int:pk>/evaluation-level/", views.evaluation_level, name="evaluation_level"),
    path("sessions/<int:pk>/sign/", views.sign, name="sign"),
    path("sessions/<int:pk>/amend/", views.amend, name="amend"),
    path("sessions/<int:pk>/note.pdf", views.note_pdf, name="note_pdf"),
    path("sessions/<int:pk>/addenda/", views.add_addendum, name="add_addendum"),
    path("notes/to-co-sign/", writing.to_cosign, name="to_cosign"),
    path("notes/to-co-sign/count/", writing.cosign_count, name="cosign_count"),
    path("notes/phrases/", keeping_views.phrases, name="phrases"),
    path("notes/phrases/new/", keeping_views.phrase, name="new_phrase"),
    path("notes/phrases/<int:pk>/", keeping_views.phrase, name="phrase"),
    path("notes/phrases/<int:pk>/remove/", keeping_views.remove_phrase, name="remove_phrase"),
    path("notes/templates/", keeping_views.templates, name="templates"),
    path("notes/templates/new/", keeping_views.template, name="new_template"),
    path("notes/templates/<int:pk>/", keeping_views.template, name="template"),
    path("notes/templates/<int:pk>/remove/", keeping_views.remove_template, name="remove_template"),
    path("sessions/<int:pk>/earlier/", insert_views.earlier, name="earlier"),
    path("sessions/<int:pk>/insertable/", insert_views.insertable, name="insertable"),
    path("sessions/<int:pk>/insert/", insert_views.insert, name="insert"),
    path("sessions/<int:pk>/co-sign/", writing.cosign, name="cosign"),
    path("sessions/<int:pk>/return/", writing.return_note, name="return_note"),
    path("sessions/<int:pk>/psychotherapy-note/", psychotherapy.psychotherapy_note, name="psychotherapy_note"),
    path("sessions/<int:pk>/telehealth/<str:place>/", telehealth.set_telehealth, name="set_telehealth"),
    path("sessions/<int:pk>/move/<str:state>/", views.move, name="move"),
]
