"""The outbox: what is to reach somebody who is not looking, kept until it was sent."""
