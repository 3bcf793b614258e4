"""What a store passes on to us of its visitors' requests: the word for who is signed in there."""

from flask import Blueprint, Response, request

from integration.chat.proofs import proof_of_passed_on
from ui_embed.api.bodies import json_answer
from ui_embed.request_context import services

store_proxy = Blueprint("store_proxy", __name__)


@store_proxy.get("/<slug>/proxy/chat")
def chat_proof(slug: str) -> Response:
    """A proof for the chat, null for a visitor who isn't signed in. Never kept by anybody."""
    passed_on = proof_of_passed_on(services(), slug, list(request.args.items(multi=True)))
    response = json_answer(
        {"proof": passed_on.proof, "expires_in_seconds": passed_on.expires_in_seconds}
    )
    response.headers["Cache-Control"] = "no-store, private"
    return response
