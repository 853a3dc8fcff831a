from celery import shared_task

from twinning.core import jobs


@shared_task(name="core.run_job")
def run_job(job_id: int) -> None:
    jobs.work(job_id)


@shared_task(name="core.sweep_jobs", ignore_result=True, expires=60)
def sweep_jobs() -> int:
    return jobs.sweep()
