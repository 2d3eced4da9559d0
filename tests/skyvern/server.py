"""The real Skyvern API server, and a few routes more through which tests ask its own code.

GET  /lab/poll   what a run would type: identifier, and optionally task_id, workflow_run_id, created_after (ISO 8601,
                 UTC), expect (totp or magic_link), wait (seconds: the whole polling loop instead of one look),
                 totp_url (asked first in the loop)
GET  /lab/pull   what Skyvern makes of one answer of a totp_url: url, key, and optionally task_id, workflow_run_id, expect
POST /lab/task   makes a task, answers its id
POST /lab/run    makes a workflow and a run of it, answers both ids
"""

from datetime import datetime, timezone

from fastapi import FastAPI
from skyvern.exceptions import SkyvernException
from skyvern.forge import app as forge
from skyvern.forge.api_app import create_api_app
from skyvern.forge.sdk.schemas.totp_codes import OTPType
from skyvern.forge.sdk.services.local_org_auth_token_service import ensure_local_org
from skyvern.services import otp_service
from skyvern.services.otp_service import OTPValue


async def poll(
    identifier: str,
    task_id: str | None = None,
    workflow_run_id: str | None = None,
    created_after: str | None = None,
    expect: str | None = None,
    wait: float | None = None,
    totp_url: str | None = None,
) -> dict:
    organization = await ensure_local_org()
    scope = {
        "task_id": task_id,
        "workflow_run_id": workflow_run_id,
        "created_after": naive_utc(created_after),
        "expected_otp_type": OTPType(expect) if expect else None,
    }
    if wait is None:
        found = await otp_service._get_otp_value_from_db(organization.organization_id, identifier, **scope)
    else:
        try:
            found = await otp_service.poll_otp_value(
                organization.organization_id,
                totp_identifier=identifier or None,
                totp_verification_url=totp_url,
                max_wait_seconds=wait,
                **scope,
            )
        except SkyvernException as error:
            return {"value": None, "type": None, "error": str(error)}
    return told(found)


async def pull(
    url: str,
    key: str,
    task_id: str | None = None,
    workflow_run_id: str | None = None,
    expect: str | None = None,
) -> dict:
    organization = await ensure_local_org()
    context = otp_service.WebhookOTPVerificationContext()
    error = None
    try:
        found = await otp_service._get_otp_value_from_url(
            organization.organization_id,
            url,
            key,
            task_id=task_id,
            workflow_run_id=workflow_run_id,
            expected_otp_type=OTPType(expect) if expect else None,
            context=context,
        )
    except SkyvernException as raised:
        found, error = None, str(raised)
    return {
        **told(found),
        "conforms": context.contract_satisfied,
        "statuses": list(context.statuses),
        "error": error,
    }


def told(found: OTPValue | None) -> dict:
    if found is None:
        return {"value": None, "type": None}
    return {"value": found.value, "type": found.get_otp_type().value}


async def make_task() -> dict:
    organization = await ensure_local_org()
    task = await forge.DATABASE.tasks.create_task(
        url="https://login.example/",
        title=None,
        navigation_goal=None,
        data_extraction_goal=None,
        navigation_payload=None,
        organization_id=organization.organization_id,
    )
    return {"task_id": task.task_id}


async def make_run() -> dict:
    organization = await ensure_local_org()
    workflow = await forge.DATABASE.workflows.create_workflow(
        title="a test",
        workflow_definition={"parameters": [], "blocks": []},
        organization_id=organization.organization_id,
    )
    run = await forge.DATABASE.workflow_runs.create_workflow_run(
        workflow_permanent_id=workflow.workflow_permanent_id,
        workflow_id=workflow.workflow_id,
        organization_id=organization.organization_id,
    )
    return {"workflow_id": workflow.workflow_id, "workflow_run_id": run.workflow_run_id}


def naive_utc(text: str | None) -> datetime | None:
    """Skyvern's callers pass times in UTC without an offset."""
    if text is None:
        return None
    return datetime.fromisoformat(text).astimezone(timezone.utc).replace(tzinfo=None)


def create() -> FastAPI:
    app = create_api_app()
    app.get("/lab/poll")(poll)
    app.get("/lab/pull")(pull)
    app.post("/lab/task")(make_task)
    app.post("/lab/run")(make_run)
    return app
