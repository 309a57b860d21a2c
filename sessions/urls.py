from django.urls import path

from sessions import chart_views, intake_views, limit_views, views
from sessions.calendar import views as calendar
from sessions.psychotherapy import views as psychotherapy

app_name = "sessions"
urlpatterns = [
    path("today/", views.today, name="today"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/time-off/", calendar.time_off, name="time_off"),
    path("calendar/time-off/<int:pk>/end/", calendar.end_time_off, name="end_time_off"),
    path("sessions/book/", calendar.book, name="book"),
    path("clients/new/", intake_views.new_client, name="new_client"),
    path("sessions/book/limits/", limit_views.book_limits, name="book_limits"),
    path("clients/<int:pk>/limits/", limit_views.client_limits, name="limits"),
    path("clients/<int:pk>/visits/", views.visits, name="visits"),
    path("clients/<int:pk>/notes/", chart_views.notes, name="notes"),
    path("clients/<int:pk>/plans/", chart_views.plans, name="plans"),
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
    path("sessions/<int:pk>/psychotherapy-note/", psychotherapy.psychotherapy_note, name="psychotherapy_note"),
    path("sessions/<int:pk>/move/<str:state>/", views.move, name="move"),
]
