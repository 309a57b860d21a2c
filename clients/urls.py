from django.urls import path

from clients import emergency_views, views
from clients.documents import views as documents

app_name = "clients"
urlpatterns = [
    path("", views.client_list, name="list"),
    path("<int:pk>/", views.client, name="client"),
    path("emergency/", emergency_views.open_chart, name="emergency"),
    path("emergency/<int:pk>/end/", emergency_views.end, name="end_emergency"),
    path("coverages/<int:pk>/member-id/", views.member_id, name="member_id"),
    path("<int:pk>/files/", documents.files, name="files"),
    path("<int:pk>/files/add/", documents.add_files, name="add_files"),
    path("coverages/<int:pk>/card/", documents.card, name="card"),
    path("coverages/<int:pk>/card/add/", documents.add_card, name="add_card"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/preview/", documents.document_preview, name="document_preview"),
    path("documents/<int:pk>/remove/", documents.remove_document, name="remove_document"),
    path("documents/<int:pk>/restore/", documents.restore_document, name="restore_document"),
    path("cases/<int:pk>/authorization/", views.authorization, name="authorization"),
]
