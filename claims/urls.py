from django.urls import path

from claims.views import claims, find, moving, receivables, remittances

app_name = "claims"
urlpatterns = [
    path("claims/", claims.claim_list, name="list"),
    path("claims/count/", claims.count, name="count"),
    path("claims/check/", claims.check, name="check"),
    path("claims/submit/", claims.submit, name="submit"),
    path("claims/hold/", claims.hold, name="hold"),
    path("claims/<int:pk>/", claims.claim, name="claim"),
    path("claims/<int:pk>/hold/", claims.hold_one, {"held": True}, name="hold_one"),
    path("claims/<int:pk>/release/", claims.hold_one, {"held": False}, name="release_one"),
    path("claims/<int:pk>/again/", claims.make_again, name="make_again"),
    path("files/<int:pk>/take-back/", claims.take_back, name="take_back"),
    path("files/<int:pk>/arrived/", claims.confirm, name="confirm"),
    path("files/<int:pk>/not-arrived/", claims.deny, name="deny"),
    path("remittances/", remittances.remittance_list, name="remittances"),
    path("remittances/count/", remittances.count, name="remittance_count"),
    path("remittances/<int:pk>/", remittances.remittance, name="remittance"),
    path("receivables/", receivables.receivables, name="receivables"),
    path("receivables/charges/", receivables.charges, name="receivables_charges"),
    path("clients/<int:pk>/move-coverage/", moving.move, name="move"),
    path("find/", find.find, name="find"),
]
