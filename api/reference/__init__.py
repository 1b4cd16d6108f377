"""The interface reference: Swagger UI, served from this machine only."""
