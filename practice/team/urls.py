from django.urls import path

from practice.team import pages

app_name = "team"
urlpatterns = [
    path("", pages.team, name="list"),
    path("invite/", pages.invite, name="invite"),
    path("invitations/<int:pk>/again/", pages.again, name="again"),
    path("invitations/<int:pk>/take-back/", pages.take_back, name="take_back"),
    path("<int:pk>/", pages.person, name="person"),
    path("<int:pk>/disable/", pages.disable, name="disable"),
    path("<int:pk>/second-factor/", pages.reset_second_factor, name="reset_second_factor"),
    path("<int:pk>/end-sign-ins/", pages.end_sign_ins, name="end_sign_ins"),
    path("<int:pk>/enable/", pages.enable, name="enable"),
]
