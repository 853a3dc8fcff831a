from celery import shared_task

from twinning.core import jobs, letters


@shared_task(name="core.run_job")
def run_job(job_id: int) -> None:
    jobs.work(job_id)


@shared_task(name="core.sweep_jobs", ignore_result=True, expires=60)
def sweep_jobs() -> int:
    return jobs.sweep()


@shared_task(name="core.send_letters", ignore_result=True, expires=60)
def send_letters() -> int:
    return letters.send_letters()


@shared_task(name="core.prune_letters", ignore_result=True, expires=3600)
def prune_letters() -> int:
    return letters.prune_letters()
