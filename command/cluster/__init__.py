"""The whole on many processes of one machine: nginx, services, dialogue engines, PostgreSQL."""
