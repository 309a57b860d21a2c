from django.urls import path

from sessions.plans import views

urlpatterns = [
    path("plans/", views.plan_list, name="plan_list"),
    path("clients/<int:pk>/plans/", views.plans, name="plans"),
    path("cases/<int:pk>/plans/", views.case_plans, name="case_plans"),
    path("cases/<int:pk>/plans/new/", views.new_plan, name="new_plan"),
    path("cases/<int:pk>/measures/", views.measure, name="measure"),
    path("plans/<int:pk>/plan.pdf", views.plan_pdf, name="plan_pdf"),
    path("plans/<int:pk>/send/", views.send_plan, name="send_plan"),
    path("plans/<int:pk>/signed/", views.plan_signed, name="plan_signed"),
    path("plans/<int:pk>/returned/", views.plan_returned, name="plan_returned"),
    path("plans/<int:pk>/goals/new/", views.add_goal, name="add_goal"),
    path("plan-steps/<int:pk>/undo/", views.undo_plan_step, name="undo_plan_step"),
    path("goals/<int:pk>/end/", views.end_goal, name="end_goal"),
    path("sessions/<int:pk>/goals/", views.session_goals, name="session_goals"),
]
