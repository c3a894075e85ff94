"""Synchronization with other nodes."""

from attrs import frozen

from application.sync.list_conflicts import ListConflicts
from domain.errors import Conflict, Rejected, Unavailable
from domain.identity.permission import Permission
from entrypoints.http.endpoint import Endpoint
from entrypoints.http.inputs import Nothing
from entrypoints.http.services import Services
from entrypoints.http.views.sync import ConflictPage, SyncView, conflict_view, sync_view
from entrypoints.http.wire import Limit


@frozen(kw_only=True)
class ConflictsQuery:
    cursor: str | None = None
    limit: Limit = Limit(100)


async def get_sync(services: Services, _: object, query: Nothing) -> SyncView:
    """Show how this copy of the record and the shared log keep in step."""
    return sync_view(services.sync())


async def run_sync(services: Services, _: object, request: Nothing) -> SyncView:
    """Synchronize now, for at most about ten seconds, and show how far it came."""
    return sync_view(await services.run_sync())


async def list_conflicts(services: Services, _: object, query: ConflictsQuery) -> ConflictPage:
    """List the values that another node's were kept instead of, the latest first."""
    page = await services.list_conflicts(ListConflicts(before=query.cursor, limit=query.limit))
    return ConflictPage(items=[conflict_view(conflict) for conflict in page.items], next_cursor=page.next_cursor)


ENDPOINTS = (
    Endpoint(method="GET", path="/api/v1/system/sync", access=Permission.READ_SYSTEM, call=get_sync),
    Endpoint(
        method="POST",
        path="/api/v1/system/sync/run",
        access=Permission.MANAGE_SYSTEM,
        call=run_sync,
        raises=(Conflict, Rejected, Unavailable),
    ),
    Endpoint(method="GET", path="/api/v1/system/sync/conflicts", access=Permission.READ_SYSTEM, call=list_conflicts),
)
