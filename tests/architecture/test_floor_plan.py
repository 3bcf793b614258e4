"""Who may know whom, who may call out, who may look across workspaces."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import PRODUCT, ROOT, calls, files, imports, name

# Why each of these looks across workspaces: it has to find the workspace first, or serves all.
ACROSS_WORKSPACES = {
    "integration/agents/after_restore.py": "a copy is put back for all workspaces",
    "integration/agents/challenges.py": "a sign-in begins before anybody is known",
    "integration/agents/invitations.py": "a link is matched by its digest",
    "integration/agents/oidc_agents.py": "an address may be an agent's of several workspaces",
    "integration/agents/passkeys.py": "a passkey is matched by its id",
    "integration/agents/proof.py": "an address may be an agent's of several workspaces",
    "integration/agents/throttle.py": "failures are counted before anybody is known",
    "integration/chat/handover.py": "unseen answers go out by mail, whoever's they are",
    "integration/commands/channel_flow.py": "the operator names a channel, its workspace is found",
    "integration/commands/context.py": "the operator names a store, and its workspace is found",
    "integration/commands/conversations.py": "the operator reads those of all workspaces",
    "integration/commands/doctor.py": "the operator asks how the whole house is",
    "integration/commands/profile_links.py": "an entry of a history is named by its id",
    "integration/commands/profile_workspaces.py": "a profile's workspace is found by its id",
    "integration/commands/profile_suggestions.py": "the operator reads those of all workspaces",
    "integration/commands/profile_reading.py": "of one workspace only, the operator names none",
    "integration/commands/profiles.py": "the operator searches all workspaces",
    "integration/commands/segments.py": "the operator names a segment, and its workspace is found",
    "integration/conversations/channels/cards.py": "a channel is found by a token of any workspace",
    "integration/privacy/ageing/forgetting.py": "a schedule visits every workspace",
    "integration/conversations/incoming/arrival_ledger.py": "the operator replays all arrivals",
    "integration/conversations/incoming/arrival_leases.py": "work is leased whoever it is for",
    "integration/conversations/attachments.py": "uploads that nobody used are thrown away",
    "integration/conversations/outgoing/automatic.py": "a limit over all of them forgets by itself",
    "integration/conversations/incoming/fetching.py": "a schedule visits every mailbox",
    "integration/conversations/incoming/listening.py": "one process listens to every mailbox",
    "integration/conversations/outgoing/our_addresses.py": "our own machines must not be answered",
    "integration/conversations/outgoing/sending_leases.py": "work is leased whoever it is for",
    "integration/crm/stores.py": "the store of a person's request is found by its verified name",
    "integration/crm/views.py": "views of one moment share a commit, whoever looked",
    "integration/directory.py": "a session token or key is matched to its store",
    "integration/install/api_keys.py": "a key is matched by its digest",
    "integration/install/companion_keys.py": "a ticket names an installation of any workspace",
    "integration/install/connecting.py": "a connection begins before it has a workspace",
    "integration/install/granting.py": "an install finds or makes its workspace",
    "integration/install/handing_over.py": "a nonce is matched to its connection",
    "integration/install/installing.py": "an install has a state before it has a workspace",
    "integration/install/jobs.py": "a schedule visits every store",
    "integration/conversations/hours/due_work.py": "what is due is worked off, whoever it is for",
    "integration/install/proving.py": "proved keys find or make their workspace",
    "integration/install/returning.py": "a browser comes back to a connection",
    "integration/install/sessions.py": "a session is ended by its token",
    "integration/demo/walk.py": "the demo compares what is held with the stand-in's own books",
    "integration/operations/data_keys.py": "the operator rotates the keys of all stores",
    "integration/operations/mail.py": "metrics and the doctor count over the whole house",
    "integration/operations/condition.py": "metrics and the doctor count over the whole house",
    "integration/operations/privacy.py": "metrics and the doctor count over the whole house",
    "integration/canary_scan/seals.py": "keys of every store and channel open what is sealed",
    "integration/canary_scan/tables.py": "somebody who is nowhere is in no workspace",
    "integration/privacy/exports/data_requests.py": "what is asked is worked off, whoever asks",
    "integration/privacy/requests/deadlines.py": "what is due is told of, whoever's it is",
    "integration/privacy/restoring/own_journal.py": "a journal is a whole database's",
    "integration/privacy/proof_commands.py": "every workspace's chain is checked",
    "integration/privacy/erasing/remains.py": "a planner samples columns whosever rows they are",
    "integration/privacy/requests/parked.py": "what was asked is told of, whoever asked",
    "integration/privacy/requests/waiting.py": "what waits is worked off, whoever it is for",
    "integration/privacy/requests/working_off.py": "what is due is worked off, whoever it is for",
    "integration/privacy/requests/timer.py": "stores that left before there was a timer get theirs",
    "integration/privacy/restoring/settling.py": "stored deliveries are no workspace's",
    "integration/privacy/erasing/stored_bodies.py": "stored deliveries are no workspace's",
    "integration/privacy/erasing/whole_store.py": "an erased store takes its workspace along",
    "integration/reconciliation/jobs.py": "a schedule visits every store",
    "integration/reconciliation/thinning.py": "a schedule visits every store's ledger",
    "integration/sync/refresh.py": "a schedule visits every store",
    "integration/tenancy/workspace_turns.py": "the workspaces that have work take turns",
    "webhooks/claiming.py": "work is leased whoever it is for",
    "webhooks/expired.py": "leases that ran out are handed out again, whoever's they are",
    "webhooks/foreign.py": "an object that is held for another store is refused",
    "webhooks/intake.py": "deliveries arrive before their store is known",
    "webhooks/leases.py": "work is leased whoever it is for",
    "webhooks/ledger.py": "the operator reads and replays deliveries of every store",
    "webhooks/pruning.py": "what was worked off long ago is removed, whoever's it was",
    "webhooks/reading.py": "a leased batch reads its stored deliveries",
    "webhooks/recording.py": "a failed attempt is written where the effects were undone",
    "webhooks/store_directory.py": "the store of a delivery is found by its name",
    "webhooks/storeless.py": "a delivery without a store is counted",
    "webhooks/turns.py": "the stores that have work take turns",
}

# Who commits for several workspaces at once, each through a session of its own.
SEVERAL_WORKSPACES = {"webhooks/together.py"}

# The guarded client itself, and where requests is only a type.
MAKES_CLIENTS = "integration/http.py"
NAMES_REQUESTS = {MAKES_CLIENTS, "platforms/outbound.py", "platforms/shopify/tokens.py"}
# Authlib's session is put behind the guard before it is used.
EQUIPPED = {"platforms/shopify/tokens.py", "integration/agents/oidc_provider.py"}

# Mail's clients, in few files, over sockets that the application opens and vets.
MAIL_CLIENTS = {
    "channels/email/imap.py: imaplib",
    "channels/email/imap_client.py: imaplib",
    "channels/email/smtp.py: smtplib",
}

# What opens a connection without asking the application.
_OPENING = frozenset(
    {"create_connection", "getaddrinfo", "connect", "IMAP4_SSL", "SMTP_SSL", "IMAP4", "SMTP"}
)

# Who opens a socket: the guard, TLS over what it opened, and what only listens on this machine.
OPENS_SOCKETS = {
    "integration/sockets.py": {"socket.getaddrinfo", "socket.create_connection"},
    "integration/processes/ports.py": {"socket.socket"},
    "integration/commands/processes.py": {"socket.socket"},
    "channels/email/encryption.py": {"….wrap_socket"},
}
_SOCKETS = frozenset(
    {
        "connect_ex",
        "create_connection",
        "create_datagram_endpoint",
        "create_server",
        "getaddrinfo",
        "gethostbyname",
        "open_connection",
        "socket",
        "wrap_socket",
    }
)

STATELESS = {"shopify.api_access", "shopify.session_token", "shopify.utils.shop_url"}

CLIENTS = (
    "aiohttp",
    "ftplib",
    "http.client",
    "httpx",
    "imaplib",
    "poplib",
    "pycurl",
    "shopifyapp",
    "smtplib",
    "urllib.request",
    "urllib3",
    "websockets",
)


def test_imports_keep_to_the_floor_plan() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_only_the_guarded_client_makes_clients() -> None:
    found = {
        f"{name(path)}: {imported}"
        for path in files(".py", under=PRODUCT)
        if name(path) != MAKES_CLIENTS
        for imported in imports(path)
        if any(imported == banned or imported.startswith(banned + ".") for banned in CLIENTS)
    }
    assert found == MAIL_CLIENTS


def test_mail_clients_open_no_socket_of_their_own() -> None:
    for place in MAIL_CLIENTS:
        path = ROOT / place.partition(":")[0]
        made = {call for call in calls(path) if call.rpartition(".")[2] in _OPENING}
        assert made == set(), place
        assert "imap_tools.MailBox" not in set(imports(path))


def test_only_the_guard_opens_sockets() -> None:
    found: dict[str, set[str]] = {}
    for path in files(".py", under=PRODUCT):
        made = {call for call in calls(path) if call.rpartition(".")[2] in _SOCKETS}
        if made:
            found[name(path)] = made
    assert found == OPENS_SOCKETS


def test_requests_is_named_in_few_places_and_called_in_one() -> None:
    product = files(".py", under=PRODUCT)
    naming = {
        name(path)
        for path in product
        if any(imported.partition(".")[0] == "requests" for imported in imports(path))
    }
    assert naming <= NAMES_REQUESTS
    calling = {
        name(path)
        for path in product
        if any(call.startswith("requests.") and call.count(".") == 1 for call in calls(path))
    }
    assert calling == {MAKES_CLIENTS}


def test_authlibs_session_stands_behind_the_guard() -> None:
    makers = {
        name(path)
        for path in files(".py", under=PRODUCT)
        if any(imported.endswith(".OAuth2Session") for imported in imports(path))
    }
    assert makers == EQUIPPED
    for maker in makers:
        assert any(call.endswith(".equip") for call in calls(ROOT / maker)), maker


def test_shopifyapi_lends_only_what_holds_no_state() -> None:
    taken = {
        (name(path), imported)
        for path in files(".py", under=PRODUCT)
        for imported in imports(path)
        if imported.partition(".")[0] in {"shopify", "pyactiveresource"}
    }
    assert {imported.rpartition(".")[0] for _, imported in taken} <= STATELESS
    assert len({module for module, _ in taken}) <= 2


def test_those_who_look_across_workspaces_are_known() -> None:
    callers = {
        name(path)
        for path in files(".py", under=PRODUCT)
        if any(call.endswith("across_workspaces") for call in calls(path))
    }
    assert callers == set(ACROSS_WORKSPACES)


def test_those_who_write_for_several_workspaces_at_once_are_known() -> None:
    callers = {
        name(path)
        for path in files(".py", under=PRODUCT)
        if any(call.endswith("several_workspaces") for call in calls(path))
    }
    assert callers == SEVERAL_WORKSPACES


def test_no_platform_is_asked_for_by_name_outside_its_adapter() -> None:
    outside = [
        path
        for path in files(".py", under=("integration", "webhooks", "ui_embed"))
        if "demo" not in path.parts
    ]
    asking = [
        f"{name(path)}:{number}"
        for path in outside
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(
            f"{sign} {quote}{slug}" in line
            for sign in ("==", "!=")
            for quote in "\"'"
            for slug in ("shopify", "woocommerce")
        )
    ]
    assert asking == []
