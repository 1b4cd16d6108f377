"""What an operator is offered to say: the bot's own turn, with effects named in place of done."""
