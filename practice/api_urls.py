from django.urls import path

from practice.setup import api as setup
from practice.team import api as team

urlpatterns = [
    path("team/", team.TeamView.as_view()),
    path("team/<int:pk>/", team.MemberView.as_view()),
    path("team/<int:pk>/roles/", team.RolesView.as_view()),
    path("team/<int:pk>/active/", team.ActiveView.as_view()),
    path("team/<int:pk>/second-factor/", team.SecondFactorView.as_view()),
    path("team/<int:pk>/sign-ins/", team.SignInsView.as_view()),
    path("invitations/", team.InvitationsView.as_view()),
    path("invitations/<int:pk>/", team.InvitationView.as_view()),
    path("invitations/<int:pk>/again/", team.SendAgainView.as_view()),
    path("profile/", setup.ProfileView.as_view()),
    path("locations/", setup.LocationsView.as_view()),
    path("locations/<int:pk>/", setup.LocationView.as_view()),
    path("clinicians/", setup.CliniciansView.as_view()),
    path("clinicians/<int:pk>/", setup.ClinicianView.as_view()),
    path("working-hours/", setup.WorkingHoursView.as_view()),
    path("working-hours/<int:pk>/", setup.OneWorkingHoursView.as_view()),
]
