"""The outside system Meta: webhooks in, Graph API out. A link to Meta's page stands above each shape."""
