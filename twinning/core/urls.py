from django.urls import path

from twinning.core import views

urlpatterns = [
    path("favicon.ico", views.favicon, name="favicon"),
    path("jobs", views.jobs, name="jobs"),
    path("jobs/<int:pk>", views.job, name="job"),
    path("jobs/<int:pk>/cancel", views.job_cancel, name="job_cancel"),
    path("files/<int:pk>", views.attachment, name="attachment"),
]
