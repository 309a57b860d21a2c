from django.urls import path

from practice.lock import api, views

urlpatterns = [
    path("lock/", views.lock, name="lock"),
    path("lock/state/", views.lock_state, name="lock_state"),
    path("lock/passkey/", views.lock_passkey, name="lock_passkey"),
    path("lock/stay/", views.stay, name="lock_stay"),
    path("me/pin/", views.pin, name="pin"),
    path("me/pin/remove/", views.pin_remove, name="pin_remove"),
    path("me/sign-ins/", views.sign_ins, name="sign_ins"),
    path("me/sign-ins/others/end/", views.sign_ins_end_others, name="sign_ins_end_others"),
    path("me/sign-ins/<int:pk>/end/", views.sign_in_end, name="sign_in_end"),
    path("p/<slug:slug>/settings/security/", views.security, name="security"),
    path("api/v1/p/<slug:slug>/security/", api.SecurityView.as_view()),
]
