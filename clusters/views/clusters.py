"""Clusters, their figures as claims, their product groups and agents."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from clusters import services
from clusters.forms.base import ReasonForm
from clusters.forms.clusters import ClusterForm, EngagementForm, FigureForm, ProductGroupForm
from clusters.forms.filters import ClusterFilter
from clusters.models import CDAEngagement, Cluster, ClusterFigure, ProductGroup, Programme
from clusters.models.membership import grants_of
from clusters.permissions import can_edit_cluster, can_edit_programme, can_manage, can_read_history
from clusters.queries import (
    candidacies_of,
    cluster_detail,
    cluster_lines,
    figure_text,
    programme_of,
    selections_of,
)
from clusters.rules import Can
from clusters.views.base import cluster_of, scope
from twinning.core.access import require
from twinning.core.form_pages import FormPage, Section, save_or_show
from twinning.core.models import User
from twinning.core.pages import actor, page_of, sent, sorted_by, today, url, visible_or_404
from twinning.core.queries import history_of

_SECTION = Section("clusters", gettext_lazy("Clusters"))


@require_safe
def clusters(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = actor(request), programme_of(request, programme_slug)
    rows = Cluster.objects.visible_to(user).filter(programme=programme)
    filtered = ClusterFilter(request.GET, rows, programme=programme, reader=user)
    ordered = sorted_by(request, filtered.qs, {"name": "name", "country": "country"}, "name")
    page = page_of(request, ordered)
    context = {
        "place": "clusters",
        "filter": filtered,
        "page": page,
        "lines": cluster_lines(page.object_list, today()),
        "may_add": can_edit_programme(user, programme),
    }
    return render(request, "clusters/clusters.html", context)


@require_safe
def cluster(request: HttpRequest, programme_slug: str, cluster_slug: str) -> HttpResponse:
    user, programme, shown = cluster_of(request, programme_slug, cluster_slug)
    may_read_history = can_read_history(user, programme, shown.pk)
    context = {
        "place": "clusters",
        "cluster": shown,
        "detail": cluster_detail(shown, today(), user),
        "candidacies": candidacies_of(user, shown),
        "selection": selections_of([shown], user).get(shown.pk),
        "may_edit": can_edit_cluster(user, shown),
        "may_read_studies": grants_of(user).may(Can.READ_STUDIES, programme.pk, shown.pk),
        "may_manage": can_manage(user, programme),
        "changes": history_of(shown, 30, reader=user) if may_read_history else None,
    }
    return render(request, "clusters/cluster.html", context)


def _page(programme: Programme, cluster: Cluster, heading: str, submit: str, lead: str = "") -> FormPage:
    record = (cluster.name, url("cluster", programme, cluster.slug))
    return _SECTION.page(programme, heading, submit, record, lead=lead, cluster=cluster)


def _editable(
    request: HttpRequest, programme_slug: str, cluster_slug: str
) -> tuple[User, Programme, Cluster]:
    user, programme, cluster = cluster_of(request, programme_slug, cluster_slug)
    require(can_edit_cluster(user, cluster))
    return user, programme, cluster


@require_http_methods(["GET", "POST"])
def cluster_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = actor(request), programme_of(request, programme_slug)
    require(can_edit_programme(user, programme))
    form = ClusterForm(sent(request), **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.create_cluster(actor=user, programme=programme, **values),
        _SECTION.page(programme, _("Add a cluster"), _("Add cluster")),
        done=_("The cluster was added."),
        then=lambda made: url("cluster", programme, made.slug),
    )


@require_http_methods(["GET", "POST"])
def cluster_edit(request: HttpRequest, programme_slug: str, cluster_slug: str) -> HttpResponse:
    user, programme, cluster = _editable(request, programme_slug, cluster_slug)
    form = ClusterForm(sent(request), instance=cluster, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.update_cluster(actor=user, cluster=cluster, version=form.version, **values),
        _page(programme, cluster, _("Edit the cluster"), _("Save cluster")),
        done=_("The cluster was saved."),
        then=lambda saved: url("cluster", programme, saved.slug),
    )


@require_http_methods(["GET", "POST"])
def figure_new(request: HttpRequest, programme_slug: str, cluster_slug: str) -> HttpResponse:
    user, programme, cluster = _editable(request, programme_slug, cluster_slug)
    form = FigureForm(sent(request), **scope(request, programme))
    lead = _("A figure that another source gives differently is added beside it; none replaces the other.")
    return save_or_show(
        request,
        form,
        lambda values: services.add_figure(actor=user, cluster=cluster, **values),
        _page(programme, cluster, _("Add a figure"), _("Add figure"), lead),
        done=_("The figure was added."),
    )


def _figure(request: HttpRequest, cluster: Cluster, pk: int) -> ClusterFigure:
    return visible_or_404(ClusterFigure.objects.filter(cluster=cluster), request, pk=pk)


@require_http_methods(["GET", "POST"])
def figure_edit(request: HttpRequest, programme_slug: str, cluster_slug: str, pk: int) -> HttpResponse:
    user, programme, cluster = _editable(request, programme_slug, cluster_slug)
    figure = _figure(request, cluster, pk)
    form = FigureForm(sent(request), instance=figure, **scope(request, programme))
    lead = _("Mend what was typed wrongly. What another source says is a figure of its own.")
    return save_or_show(
        request,
        form,
        lambda values: services.update_figure(actor=user, figure=figure, version=form.version, **values),
        _page(programme, cluster, _("Edit the figure"), _("Save figure"), lead),
        done=_("The figure was saved."),
    )


@require_http_methods(["GET", "POST"])
def figure_prefer(request: HttpRequest, programme_slug: str, cluster_slug: str, pk: int) -> HttpResponse:
    user, programme, cluster = _editable(request, programme_slug, cluster_slug)
    figure = _figure(request, cluster, pk)
    form = ReasonForm(sent(request), instance=figure, **scope(request, programme))
    heading = _("Prefer “%(figure)s”?") % {"figure": figure_text(figure)}
    lead = _("%(source)s. The figures that disagree stay and are shown beside it.") % {
        "source": figure.source
    }
    return save_or_show(
        request,
        form,
        lambda values: services.prefer_figure(actor=user, figure=figure, **values),
        _page(programme, cluster, heading, _("Prefer this figure"), lead),
        done=_("This figure is preferred now."),
    )


@require_http_methods(["GET", "POST"])
def product_group_new(request: HttpRequest, programme_slug: str, cluster_slug: str) -> HttpResponse:
    user, programme, cluster = _editable(request, programme_slug, cluster_slug)
    group = ProductGroup(cluster=cluster)
    form = ProductGroupForm(sent(request), instance=group, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.add_product_group(actor=user, cluster=cluster, **values),
        _page(programme, cluster, _("Add a product group"), _("Add product group")),
        done=_("The product group was added."),
    )


@require_http_methods(["GET", "POST"])
def product_group_edit(request: HttpRequest, programme_slug: str, cluster_slug: str, pk: int) -> HttpResponse:
    user, programme, cluster = _editable(request, programme_slug, cluster_slug)
    group = visible_or_404(ProductGroup.objects.filter(cluster=cluster), request, pk=pk)
    form = ProductGroupForm(sent(request), instance=group, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.update_product_group(actor=user, group=group, version=form.version, **values),
        _page(programme, cluster, _("Edit the product group"), _("Save product group")),
        done=_("The product group was saved."),
    )


@require_http_methods(["GET", "POST"])
def engagement_new(request: HttpRequest, programme_slug: str, cluster_slug: str) -> HttpResponse:
    user, programme, cluster = _editable(request, programme_slug, cluster_slug)
    form = EngagementForm(sent(request), **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.engage_agent(actor=user, cluster=cluster, **values),
        _page(programme, cluster, _("Add an agent"), _("Add agent")),
        done=_("The agent was added."),
    )


@require_http_methods(["GET", "POST"])
def engagement_edit(request: HttpRequest, programme_slug: str, cluster_slug: str, pk: int) -> HttpResponse:
    user, programme, cluster = _editable(request, programme_slug, cluster_slug)
    agent = visible_or_404(CDAEngagement.objects.filter(cluster=cluster), request, pk=pk)
    form = EngagementForm(sent(request), instance=agent, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.update_engagement(
            actor=user, engagement=agent, version=form.version, **values
        ),
        _page(programme, cluster, _("Edit the agent’s post"), _("Save post")),
        done=_("The post was saved."),
    )
