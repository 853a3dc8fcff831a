from django.urls import path

from diagnostics.views import devices, field, fill, worker

_FORMS = "p/<slug:programme_slug>/diagnostics"

urlpatterns = [
    path("service-worker.js", worker.service_worker, name="service_worker"),
    path("manifest.webmanifest", worker.web_manifest, name="web_manifest"),
    path("offline", worker.offline, name="offline"),
    path(f"{_FORMS}/field", field.field, name="field"),
    path(f"{_FORMS}/field/new", devices.form_create, name="form_create"),
    path(f"{_FORMS}/field/<slug:questionnaire>/<str:cluster>", field.form_blank, name="form_blank"),
    path(f"{_FORMS}/<int:pk>/fill", fill.form_fill, name="form_fill"),
    path(f"{_FORMS}/<int:pk>/fill/save", devices.form_save, name="form_save"),
    path(f"{_FORMS}/<int:pk>/fill/photos", devices.form_photo, name="form_photo"),
]
