"""The front door's addresses. None of allauth's own pages is mounted."""

from django.urls import path

from practice import my_sign_in, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.second_step, name="second_step"),
    path("sign-in/reset/", sign_in.reset, name="reset"),
    path("sign-in/reset/new/", sign_in.reset_password, name="reset_password"),
    path("sign-in/reset/<str:uid>/<str:token>/", sign_in.reset_link, name="reset_link"),
    path("sign-in/set-up/", my_sign_in.set_up, name="set_up"),
    path("sign-in/set-up/app/", my_sign_in.set_up_app, name="set_up_app"),
    path("sign-in/set-up/passkey/", my_sign_in.set_up_passkey, name="set_up_passkey"),
    path("my-sign-in/", my_sign_in.my_sign_in, name="my_sign_in"),
    path("my-sign-in/recovery-codes/", my_sign_in.recovery_codes, name="recovery_codes"),
    path("my-sign-in/recovery-codes/new/", my_sign_in.new_recovery_codes, name="new_recovery_codes"),
    path("my-sign-in/remove/<int:pk>/", my_sign_in.remove_factor, name="remove_factor"),
    path("my-sign-in/password/", my_sign_in.change_password, name="change_password"),
]
