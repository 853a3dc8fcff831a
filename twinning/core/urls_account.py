from django.urls import path

from twinning.core import views_tokens as views

urlpatterns = [
    path("", views.account, name="account"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/new", views.token_new, name="token_new"),
    path("tokens/<int:pk>/revoke", views.token_revoke, name="token_revoke"),
]
