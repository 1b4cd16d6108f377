"""The same dialogue without the dialogue engine: understood, decided and said in this process."""
