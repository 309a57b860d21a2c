from django.urls import path

from clients import emergency_views, merge_views
from clients.documents import views as documents
from clients.views import cases, charts, coverages, directory, people

app_name = "clients"
urlpatterns = [
    path("", charts.client_list, name="list"),
    path("duplicates/", merge_views.duplicates, name="duplicates"),
    path("<int:pk>/", charts.client, name="client"),
    path("<int:pk>/merge/<int:other>/", merge_views.merge, name="merge"),
    path("emergency/", emergency_views.open_chart, name="emergency"),
    path("emergency/<int:pk>/end/", emergency_views.end, name="end_emergency"),
    path("<int:pk>/files/", documents.files, name="files"),
    path("<int:pk>/files/add/", documents.add_files, name="add_files"),
    path("coverages/<int:pk>/card/", documents.card, name="card"),
    path("coverages/<int:pk>/card/add/", documents.add_card, name="add_card"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/preview/", documents.document_preview, name="document_preview"),
    path("documents/<int:pk>/remove/", documents.remove_document, name="remove_document"),
    path("documents/<int:pk>/restore/", documents.restore_document, name="restore_document"),
    path("<int:pk>/edit/", people.edit_client, name="edit_client"),
    path("<int:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("<int:pk>/reactivate/", people.reactivate, name="reactivate"),
    path("<int:pk>/people/add/", people.add_person, name="add_person"),
    path("people/<int:pk>/", people.edit_person, name="edit_person"),
    path("people/<int:pk>/end/", people.end_person, name="end_person"),
    path("<int:pk>/coverages/add/", coverages.add_coverage, name="add_coverage"),
    path("coverages/<int:pk>/", coverages.edit_coverage, name="edit_coverage"),
    path("coverages/<int:pk>/end/", coverages.end_coverage, name="end_coverage"),
    path("coverages/<int:pk>/member-id/", coverages.member_id, name="member_id"),
    path("coverages/<int:pk>/benefits/", coverages.benefits, name="benefits"),
    path("<int:pk>/cases/open/", cases.open_case, name="open_case"),
    path("cases/<int:pk>/", cases.edit_case, name="edit_case"),
    path("cases/<int:pk>/diagnoses/", cases.set_diagnoses, name="set_diagnoses"),
    path("cases/<int:pk>/close/", cases.close_case, name="close_case"),
    path("cases/<int:pk>/reopen/", cases.reopen_case, name="reopen_case"),
    path("cases/<int:pk>/authorization/", coverages.authorization, name="authorization"),
    path("authorizations/<int:pk>/withdraw/", coverages.withdraw_authorization, name="withdraw_authorization"),
    path("diagnoses/", cases.diagnoses, name="diagnoses"),
    path("payers/", directory.payers, name="payers"),
    path("payers/add/", directory.add_payer, name="add_payer"),
    path("payers/<int:pk>/", directory.edit_payer, name="edit_payer"),
    path("referrers/", directory.referrers, name="referrers"),
    path("referrers/add/", directory.add_referrer, name="add_referrer"),
    path("referrers/<int:pk>/", directory.edit_referrer, name="edit_referrer"),
]
