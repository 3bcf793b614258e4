"""Chat and forms on storefronts: visitors, who they can prove to be, and what they see."""
