"""The one door to the dialogue engine (Rasa), the queue before it, and what it says."""
