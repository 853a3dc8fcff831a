from __future__ import annotations

from typing import Any

from rest_framework import serializers

from clusters.models import Cluster, Organisation, Person, Programme
from twinning.core.api.fields import StrictSerializer, VisibleId, VisibleSlug

STAMPS = ["version", "created_at", "updated_at"]


class ClusterReference(serializers.Serializer):  # type: ignore[type-arg]
    """A cluster by slug and name, which all in the programme may see."""

    slug = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    country = serializers.CharField(read_only=True)


class ProgrammeSlug(serializers.SlugRelatedField):  # type: ignore[type-arg]
    """The programme of a record, as it is read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="slug", read_only=True, **kwargs)


class ReasonInput(StrictSerializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


def programme_field(**options: Any) -> VisibleSlug:
    return VisibleSlug(queryset=Programme.objects.all(), help_text="Slug of a programme.", **options)


def cluster_field(**options: Any) -> VisibleSlug:
    return VisibleSlug(queryset=Cluster.objects.all(), **{"help_text": "Slug of a cluster."} | options)


def organisation_field(**options: Any) -> VisibleId:
    return VisibleId(queryset=Organisation.objects.all(), **{"help_text": "Id of an organisation."} | options)


def person_field(**options: Any) -> VisibleId:
    return VisibleId(queryset=Person.objects.all(), **{"help_text": "Id of a person."} | options)
