from django.urls import path

from sessions.feeds import views

urlpatterns = [path("<str:secret>.ics", views.feed, name="feed")]
