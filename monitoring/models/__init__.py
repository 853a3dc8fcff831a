from monitoring.models.report import BUILD, ISSUE, REDRAFT, Report, ReportQuerySet

__all__ = ["BUILD", "ISSUE", "REDRAFT", "Report", "ReportQuerySet"]
