"""The models, one file an aggregate. Importing this package knows them all."""

from integration.models.access import ApiKey, InstallState, JoinCode, PendingConnection
from integration.models.agent import (
    Agent,
    AgentDoor,
    AgentInvitation,
    Passkey,
    SignInChallenge,
    SignInFailure,
)
from integration.models.answering import CannedAnswer, Case, CaseTerm, InboxSettings, RoutingRule
from integration.models.audit import AuditEvent
from integration.models.channel import Arrival, AutomaticMail, Channel, ChannelCursor, Visitor
from integration.models.companion import CompanionKey, WebhookKey
from integration.models.conversation import (
    ContactReason,
    Conversation,
    ConversationRead,
    ConversationTag,
    ConversationTerm,
    DueConversation,
)
from integration.models.customer import Customer
from integration.models.declarative import InboxModel, Model, WorkspaceScoped
from integration.models.delivery import Alarm, Attempt, Delivery, DeliveryWork, InboxMark
from integration.models.identity import IdentityEvent, IdentityRuling, IdentityVerdict
from integration.models.message import Attachment, AttachmentChunk, Mention, Message, Sending
from integration.models.order import Fulfillment, Order, OrderLine, Refund, TrackingNumber
from integration.models.privacy import (
    AgedOut,
    ErasedName,
    PersonExport,
    PrivacyRequest,
    Receipt,
    RetentionRule,
)
from integration.models.product import Variant
from integration.models.profile import (
    Identity,
    PeopleExport,
    Profile,
    ProfileNote,
    ProfileTotal,
    ProfileView,
)
from integration.models.reconciliation import Reconciliation, StoreHour
from integration.models.search import Clue, DueProfile, SearchDocument, SearchTerm
from integration.models.segment import Segment
from integration.models.session import Session
from integration.models.store import Credential, Installation, Store
from integration.models.suggestion import Suggestion
from integration.models.sync import Reread, StoreSync
from integration.models.tombstone import Tombstone
from integration.models.workspace import Workspace

__all__ = [
    "AgedOut",
    "Agent",
    "AgentDoor",
    "AgentInvitation",
    "Alarm",
    "ApiKey",
    "Arrival",
    "Attachment",
    "AttachmentChunk",
    "Attempt",
    "AuditEvent",
    "AutomaticMail",
    "CannedAnswer",
    "Case",
    "CaseTerm",
    "Channel",
    "ChannelCursor",
    "Clue",
    "CompanionKey",
    "ContactReason",
    "Conversation",
    "ConversationRead",
    "ConversationTag",
    "ConversationTerm",
    "Credential",
    "Customer",
    "Delivery",
    "DeliveryWork",
    "DueConversation",
    "DueProfile",
    "ErasedName",
    "Fulfillment",
    "Identity",
    "IdentityEvent",
    "IdentityRuling",
    "IdentityVerdict",
    "InboxMark",
    "InboxModel",
    "InboxSettings",
    "InstallState",
    "Installation",
    "JoinCode",
    "Mention",
    "Message",
    "Model",
    "Order",
    "OrderLine",
    "Passkey",
    "PendingConnection",
    "PeopleExport",
    "PersonExport",
    "PrivacyRequest",
    "Profile",
    "ProfileNote",
    "ProfileTotal",
    "ProfileView",
    "Receipt",
    "Reconciliation",
    "Refund",
    "Reread",
    "RetentionRule",
    "RoutingRule",
    "SearchDocument",
    "SearchTerm",
    "Segment",
    "Sending",
    "Session",
    "SignInChallenge",
    "SignInFailure",
    "Store",
    "StoreHour",
    "StoreSync",
    "Suggestion",
    "Tombstone",
    "TrackingNumber",
    "Variant",
    "Visitor",
    "WebhookKey",
    "Workspace",
    "WorkspaceScoped",
]
